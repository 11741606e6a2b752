import type { Container } from '../../../contract/index.ts';
import { invalidInput } from '../../errors/index.ts';

/** Where a page ended, so that the next one begins behind it, also when containers came or went in between. */
type Position = Pick<Container, 'hostId' | 'name' | 'id'>;

/** No engine allows a slash in a name. */
export const cursorAt = ({ hostId, name, id }: Position): string =>
  Buffer.from(`${hostId}/${name}/${id}`).toString('base64url');

/** @throws ChrontainerError CHR_INVALID_INPUT when it is not a cursor of ours */
export const positionOf = (cursor: string): Position => {
  const [, hostId, name, id] = /^(\d+)\/([^/]*)\/([^/]*)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (hostId !== undefined && name !== undefined && id !== undefined) return { hostId: Number(hostId), name, id };
  throw invalidInput([{ path: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
};

/** True for what comes after the position in the order of the list: host, then name, then ID. */
export const isBehind = (container: Position, { hostId, name, id }: Position): boolean => {
  if (container.hostId !== hostId) return container.hostId > hostId;
  return container.name === name ? container.id > id : container.name > name;
};
