import { EngineError } from './error.ts';

/** Docker 20.10 and Podman 4. */
const oldest = '1.41';
/** The newest that this client was written for: an engine that knows more is asked in this one. */
const newest = '1.52';

const minorOf = (version: string): number => {
  const minor = /^1\.(\d+)$/.exec(version)?.[1];
  return minor === undefined ? Number.NaN : Number(minor);
};

/**
 * The version to speak with an engine that offers up to `offered`.
 * @throws EngineError when the engine is too old, or says nothing that can be understood
 */
export const negotiate = (offered: string): string => {
  const minor = minorOf(offered);
  if (Number.isNaN(minor)) {
    throw new EngineError({ kind: 'refused', message: 'What answers there is not a Docker or Podman engine.' });
  }
  if (minor < minorOf(oldest)) {
    throw new EngineError({
      kind: 'refused',
      message: `The engine speaks API ${offered}; ${oldest} (Docker 20.10, Podman 4) or newer is needed. Update it.`,
    });
  }
  return minor > minorOf(newest) ? newest : offered;
};
