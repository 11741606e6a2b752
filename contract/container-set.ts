import * as v from 'valibot';
import { id } from './common.ts';

/** How many containers one stream can hold. */
export const largestSet = 100;

const oneOfSet = /^[1-9]\d{0,15}:[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/** Containers of any hosts in a query, by host ID and name or ID: `1:web,2:db`. */
export const containerSet = v.pipe(
  v.string('must name containers, for example 1:web,2:db'),
  v.transform((text) => [...new Set(text.split(',').map((part) => part.trim()))]),
  v.check(
    (parts) => parts.every((part) => oneOfSet.test(part)),
    'must be host:container pairs, for example 1:web,2:db',
  ),
  v.maxLength(largestSet, `must name at most ${largestSet} containers`),
  v.transform((parts) =>
    parts.map((part) => ({
      hostId: Number(part.slice(0, part.indexOf(':'))),
      container: part.slice(part.indexOf(':') + 1),
    })),
  ),
  v.array(v.object({ hostId: id, container: v.string() })),
);
export type ContainerSet = v.InferOutput<typeof containerSet>;
