import type { Fields } from './fields.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

/**
 * The volumes of a container that nobody named, as `name:/path`: the image, or a path without a name, made them. What
 * came from another container's volumes comes from there again.
 */
export const anonymousVolumes = (source: Fields): string[] => {
  const hostConfig = fieldsOf(source['HostConfig']);
  const declared = fieldsOf(fieldsOf(source['Config'])['Volumes']);
  const given = new Set([
    ...listOf(hostConfig['Binds']).map((bind) => textOf(bind).split(':')[1] ?? ''),
    ...listOf(hostConfig['Mounts']).map((mount) => textOf(fieldsOf(mount)['Target'])),
  ]);
  const isElsewhere = listOf(hostConfig['VolumesFrom']).length > 0;
  return listOf(source['Mounts']).flatMap((one) => {
    const mount = fieldsOf(one);
    const [name, path] = [textOf(mount['Name']), textOf(mount['Destination'])];
    if (mount['Type'] !== 'volume' || name === '' || given.has(path)) return [];
    if (isElsewhere && !Object.hasOwn(declared, path)) return [];
    return [`${name}:${path}${mount['RW'] === false ? ':ro' : ''}`];
  });
};

/** Where something is mounted, and what. */
export const placeOf = (mount: Fields): [string, string] => [
  textOf(mount['Destination']),
  `${textOf(mount['Type'])} ${textOf(mount['Name']) || textOf(mount['Source'])} ${mount['RW'] === false ? 'ro' : 'rw'}`,
];

export const mountsOf = (document: Fields): Map<string, string> =>
  new Map(listOf(document['Mounts']).map((mount) => placeOf(fieldsOf(mount))));
