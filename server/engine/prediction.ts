import { isDeepStrictEqual } from 'node:util';
import type { Fields } from './fields.ts';
import { fieldsOf, isFields, listOf, textOf } from './fields.ts';
import { mountsOf } from './mounts.ts';
import { givenEnv, givenHostConfig } from './own-part.ts';
import type { Predicted } from './recreate.ts';

/** What a container says of itself alone, or of the call that made it. */
const notCompared = ['Hostname', 'Image', 'OnBuild', 'ArgsEscaped', 'AttachStdin', 'AttachStdout', 'AttachStderr'];
/** Objects of which the keys alone say something. */
const sets = ['ExposedPorts', 'Volumes'];

/** The configuration that an engine makes of what is given to it and what the image brings (moby, `runconfig` merge). */
export const foreseenConfig = (own: Fields, image: Fields): Fields => ({
  ...own,
  ...leftToImage(own, image),
  Env: mergedEnv(listOf(own['Env']), listOf(image['Env'])),
  Labels: { ...fieldsOf(image['Labels']), ...fieldsOf(own['Labels']) },
  ExposedPorts: { ...fieldsOf(image['ExposedPorts']), ...fieldsOf(own['ExposedPorts']) },
  Volumes: { ...fieldsOf(image['Volumes']), ...fieldsOf(own['Volumes']) },
  Healthcheck: { ...fieldsOf(image['Healthcheck']), ...fieldsOf(bare(own['Healthcheck'])) },
});

const leftToImage = (own: Fields, image: Fields): Fields => {
  const from: Fields = {};
  for (const key of ['User', 'WorkingDir', 'StopSignal', 'Shell'])
    if (bare(own[key]) === undefined) from[key] = image[key];
  if (own['Entrypoint'] !== undefined) return from;
  from['Entrypoint'] = image['Entrypoint'];
  if (bare(own['Cmd']) === undefined) from['Cmd'] = image['Cmd'];
  return from;
};

const mergedEnv = (own: readonly unknown[], image: readonly unknown[]): unknown[] => {
  const names = new Set(own.map(nameOf));
  return [...own, ...image.filter((one) => !names.has(nameOf(one)))];
};

const nameOf = (pair: unknown): string => textOf(pair).split('=')[0] ?? '';

/** Without what means nothing: engines leave it out, or write it as null, zero or empty. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length > 0 ? value.map((one) => bare(one) ?? '') : undefined;
  if (!isFields(value)) return value || undefined;
  const kept = Object.entries(value).flatMap(([key, one]) =>
    bare(one) === undefined ? [] : [[key, bare(one)] as const],
  );
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
};

/**
 * What about a new container nobody can explain, in words; none: it is what was predicted. An engine may add to the
 * host's part what was not given before: a newer version has more to say there.
 */
export const strangenessOf = (predicted: Predicted, made: Fields): string[] => {
  const imageId = textOf(made['Image']);
  const networks = fieldsOf(fieldsOf(made['NetworkSettings'])['Networks']);
  const hostConfig = givenHostConfig(fieldsOf(made['HostConfig']));
  return [
    ...(isSameImage(imageId, predicted.imageId) ? [] : ['Image']),
    ...differences(comparable(predicted.config), comparable(fieldsOf(made['Config']))),
    ...Object.keys(predicted.hostConfig)
      .filter((key) => bare(predicted.hostConfig[key]) !== undefined)
      .filter((key) => !isDeepStrictEqual(sorted(predicted.hostConfig[key]), sorted(hostConfig[key])))
      .map((key) => `HostConfig.${key}`),
    ...strangeMounts(predicted.mounts, mountsOf(made)),
    ...strangeNetworks(predicted.networks, Object.keys(networks)),
  ];
};

/** Podman leaves out what kind of digest it is. */
const isSameImage = (a: string, b: string): boolean => a.replace(/^sha256:/, '') === b.replace(/^sha256:/, '');

const comparable = (config: Fields): Fields => {
  const kept: Fields = {
    ...config,
    Env: givenEnv(config).sort(),
    WorkingDir: config['WorkingDir'] || '/',
  };
  for (const key of notCompared) delete kept[key];
  for (const key of sets) kept[key] = Object.keys(fieldsOf(config[key])).sort();
  // A name that is reset is written as one that is empty.
  if (isDeepStrictEqual(config['Entrypoint'], [''])) delete kept['Entrypoint'];
  return kept;
};

const differences = (a: Fields, b: Fields): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !isDeepStrictEqual(bare(a[key]), bare(b[key])));

/** Lists of the host's part have no order that means anything. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one) => JSON.stringify(bare(one) ?? '')).sort() : bare(value);

/** Where no network was asked for, what an engine calls none is there all the same. */
const strangeNetworks = (predicted: readonly string[], made: readonly string[]): string[] =>
  [
    ...predicted.filter((name) => !made.includes(name)),
    ...made.filter((name) => predicted.length > 0 && !predicted.includes(name)),
  ].map((name) => `network ${name}`);

const strangeMounts = (predicted: Predicted['mounts'], made: ReadonlyMap<string, string>): string[] =>
  [
    ...[...predicted].filter(([path, what]) => (what === null ? !made.has(path) : made.get(path) !== what)),
    ...[...made].filter(([path]) => !predicted.has(path)),
  ].map(([path]) => `mount ${path}`);
