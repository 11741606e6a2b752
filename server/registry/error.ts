import type { Reference } from './reference.ts';

/** Why a registry gave no answer. */
export type RegistryFault =
  /** It has no such image. */
  | 'not_found'
  /** It wants credentials, or better ones. */
  | 'denied'
  /** Credentials would have to go where nobody approved. */
  | 'realm'
  /** It asks to come later, or our own budget for it is used up. */
  | 'limited'
  | 'unreachable'
  /** By our own rules for addresses. */
  | 'refused'
  /** It answered what nobody understands. */
  | 'odd';

/** A registry did not answer the question, with the remedy. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly fault: RegistryFault;
  /** Only of `limited`: epoch milliseconds before which asking is of no use. */
  readonly untilMs: number | null;
  /** Only of `realm`: where the credentials would go. */
  readonly realm: string | null;

  constructor(fault: RegistryFault, message: string, more: { untilMs?: number; realm?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.fault = fault;
    this.untilMs = more.untilMs ?? null;
    this.realm = more.realm ?? null;
  }
}

/** The sentence for a registry that lets nobody in as who we are, with what helps. */
export const deniedWords = ({ registry, repository }: Reference, hasAccount: boolean): string =>
  hasAccount
    ? `${registry} does not take the credentials that are stored for it, or not for ${repository}. Check them in the settings, under Registries.`
    : `${registry} wants credentials for ${repository}: private, or not there. Give them in the settings, under Registries.`;
