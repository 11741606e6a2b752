import type { Container } from '../../contract/index.ts';
import { statusWords } from './status-words.ts';
import type { InspectedContainer, ListedContainer } from './types.ts';

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * The picture's row after an inspection, which knows everything; the words for the state are made as the engine's are.
 * `finishedAt` and `exitCode` are null while the container runs: they would be those of the time before.
 */
export const rowOfInspection = (hostId: number, c: InspectedContainer, nowMs: number): Container => {
  const hasEnded = c.state === 'exited' || c.state === 'dead' || c.state === 'restarting';
  const row: Container = {
    ...unknownYet,
    hostId,
    id: c.id,
    name: c.name,
    image: c.image,
    imageId: c.imageId,
    state: c.state,
    health: hasEnded ? null : c.health,
    status: c.state,
    exitCode: hasEnded ? c.exitCode : null,
    // Engines say so, too, where the kernel killed one process of several and the container ended well later.
    oomKilled: hasEnded && c.oomKilled && c.exitCode !== 0,
    startedAt: instant(c.startedAt),
    finishedAt: hasEnded ? instant(c.finishedAt) : null,
    createdAt: new Date(c.createdAt).toISOString(),
    ipAddresses: c.ipAddresses,
    ports: c.ports,
    stack: stackOf(c.labels),
    service: serviceOf(c.labels),
    labels: c.labels,
    sharesWith: c.sharesWith,
  };
  return { ...row, status: statusWords(row, nowMs) };
};

/**
 * The row after a list, which lacks the start, why it ended and, with Podman, the health: these stay as long as the
 * state does. What never changes in a container stays too: the list shows a bare ID as image once its tag was pulled anew.
 */
export const rowOfList = (
  hostId: number,
  c: ListedContainer,
  before: Container | undefined,
  stale: boolean,
): Container => {
  const kept = before?.state === c.state ? before : undefined;
  return {
    tags: [],
    webUrl: null,
    webUrlSource: null,
    updateAvailable: null,
    stale,
    isSelf: false,
    hostId,
    id: c.id,
    name: c.name,
    image: before?.image ?? c.image,
    imageId: c.imageId,
    state: c.state,
    health: c.health ?? kept?.health ?? null,
    status: c.status,
    exitCode: c.exitCode,
    oomKilled: kept?.oomKilled ?? false,
    startedAt: kept?.startedAt ?? null,
    finishedAt: kept?.finishedAt ?? null,
    createdAt: before?.createdAt ?? new Date(c.createdAt).toISOString(),
    ipAddresses: c.ipAddresses.length > 0 ? c.ipAddresses : (kept?.ipAddresses ?? []),
    ports: c.ports.length > 0 ? c.ports : (kept?.ports ?? []),
    stack: stackOf(c.labels),
    service: serviceOf(c.labels),
    labels: c.labels,
    sharesWith: before?.sharesWith ?? c.sharesWith,
  };
};

/** What other rooms know of a container, before they said it. */
const unknownYet = { tags: [], webUrl: null, webUrlSource: null, updateAvailable: null, stale: false, isSelf: false };

const stackOf = (labels: Record<string, string>): string | null =>
  labels['com.docker.compose.project'] ?? labels['io.podman.compose.project'] ?? null;

const serviceOf = (labels: Record<string, string>): string | null =>
  labels['com.docker.compose.service'] ?? labels['io.podman.compose.service'] ?? null;
