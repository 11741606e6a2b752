import type { Container } from '../../../contract/index.ts';
import type { Engine, LogLine } from '../../engine/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Rights } from '../../policy/index.ts';
import { beyond } from '../../policy/index.ts';

/** What is needed of the hosts. */
export interface Fleet {
  byName(hostId: number, name: string): Container | undefined;
  findContainer(hostId: number, nameOrId: string): Container;
  engine(hostId: number): Engine;
}

/** A container whose log is read, by its name: it is still the same after it was made anew. */
export interface Source {
  hostId: number;
  name: string;
}

/** A line, and whose it is. */
export interface SourcedLine {
  source: Source;
  line: LogLine;
}

export const keyOf = ({ hostId, name }: Source): string => `${hostId}:${name}`;

/**
 * The containers that are meant, each once.
 * @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS
 */
export const sourcesOf = (fleet: Fleet, set: readonly { hostId: number; container: string }[]): Source[] => {
  const sources = set.map(({ hostId, container }) => {
    const { name } = fleet.findContainer(hostId, container);
    return { hostId, name };
  });
  return [...new Map(sources.map((source) => [keyOf(source), source])).values()];
};

/**
 * The same for a caller who may be limited to some places: what he may not see is not there.
 * @throws ChrontainerError CHR_NOT_FOUND; CHR_FORBIDDEN for what he sees, but whose log he may not read
 */
export const visibleSources = (
  fleet: Fleet,
  set: readonly { hostId: number; container: string }[],
  rights: Rights,
): Source[] => {
  for (const { hostId, container } of rights.isEverywhere ? [] : set) {
    const found = findQuietly(fleet, hostId, container);
    if (!found || !rights.can('view', found)) throw notFound(`There is no container ${container} on host ${hostId}.`);
    if (!rights.can('logs', found)) throw beyond('logs');
  }
  return sourcesOf(fleet, set);
};

/** That the beginning of an ID is that of several would tell of containers that the caller may not see. */
const findQuietly = (fleet: Fleet, hostId: number, nameOrId: string): Container | null => {
  try {
    return fleet.findContainer(hostId, nameOrId);
  } catch (error) {
    if (error instanceof ChrontainerError) return null;
    throw error;
  }
};

/** The engine of a container, and its ID as things stand. */
export const reach = (fleet: Fleet, { hostId, name }: Source): { engine: Engine; id: string } => ({
  engine: fleet.engine(hostId),
  id: fleet.findContainer(hostId, name).id,
});

/** Orders lines of several containers. */
export const byTime = (a: SourcedLine, b: SourcedLine): number => {
  if (a.line.at === b.line.at) return 0;
  return a.line.at < b.line.at ? -1 : 1;
};
