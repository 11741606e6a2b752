import type { Container } from '../../../contract/index.ts';
import { isOnPassage, runLabel } from '../actions/index.ts';
import type { Target } from './targets.ts';

/** A target with the one of the same host that it has to wait for. */
export interface OrderedTarget extends Target {
  after?: string;
}

/** `service:condition:restart`, by commas (compose-go, `DependenciesLabel`). */
const composeLabel = 'com.docker.compose.depends_on';

/** Whether a container cannot do without another one: it uses its namespaces, or compose says so. */
export const dependsOn = (c: Container, provider: Container): boolean => {
  if (c.hostId !== provider.hostId || c.id === provider.id) return false;
  if (c.sharesWith.some((other) => other === provider.id || other === provider.name)) return true;
  if (c.stack === null || c.stack !== provider.stack || provider.service === null) return false;
  const needed = (c.labels[composeLabel] ?? '').split(',').map((one) => one.split(':')[0]);
  return needed.includes(provider.service);
};

type Need = (c: Container, provider: Container) => boolean;

/** Whether a container uses another one's namespaces, which end with it. */
const sharesWith: Need = (c, provider) =>
  c.hostId === provider.hostId && c.sharesWith.some((other) => other === provider.id || other === provider.name);

/** The targets and what uses their namespaces, running or not: made anew, they have other IDs than it knows. */
export const withSharers = (targets: readonly Target[], containers: readonly Container[]): OrderedTarget[] => {
  const rowOf = rowsOf(containers);
  return ordered(gathered(targets, containers, { rowOf, mayFollow: isOthers, need: sharesWith }), rowOf, sharesWith);
};

/**
 * The targets and the running containers that depend on them, each behind what it depends on. One that runs Chrontainer
 * itself is left out, and so are those that are the jobs of runs.
 */
export const withDependants = (targets: readonly Target[], containers: readonly Container[]): OrderedTarget[] => {
  const rowOf = rowsOf(containers);
  const mayFollow = (c: Container) => c.state === 'running' && isOthers(c);
  return ordered(gathered(targets, containers, { rowOf, mayFollow, need: dependsOn }), rowOf, dependsOn);
};

const rowsOf = (containers: readonly Container[]): Map<string, Container> =>
  new Map(containers.map((c) => [keyOf({ hostId: c.hostId, container: c.name }), c]));

const gathered = (
  targets: readonly Target[],
  containers: readonly Container[],
  { rowOf, mayFollow, need }: { rowOf: ReadonlyMap<string, Container>; mayFollow(c: Container): boolean; need: Need },
): Target[] => {
  const members = new Map<string, Target>(targets.map((target) => [keyOf(target), target]));
  for (const target of members.values()) {
    const provider = rowOf.get(keyOf(target));
    // A map is iterated over what is added meanwhile, too: dependants of dependants come by themselves.
    if (provider) for (const c of containers) if (mayFollow(c) && need(c, provider)) add(members, c);
  }
  return [...members.values()];
};

const isOthers = (c: Container): boolean => !c.isSelf && !Object.hasOwn(c.labels, runLabel) && !isOnPassage(c.name);

const add = (members: Map<string, Target>, { hostId, name }: Container): void => {
  const target = { hostId, container: name };
  if (!members.has(keyOf(target))) members.set(keyOf(target), target);
};

const keyOf = ({ hostId, container }: Target): string => `${hostId}/${container}`;

/** Each in the first wave in which all that it depends on has had its turn, and named after the last of these. */
const ordered = (members: readonly Target[], rowOf: ReadonlyMap<string, Container>, need: Need): OrderedTarget[] => {
  const needs = (target: Target, other: Target): boolean => {
    const [row, provider] = [rowOf.get(keyOf(target)), rowOf.get(keyOf(other))];
    return row !== undefined && provider !== undefined && need(row, provider);
  };
  const waves = new Map<string, number>();
  const found: OrderedTarget[] = [];
  for (let left = [...members], wave = 0; left.length > 0; wave += 1) {
    const waitsFor = (target: Target) => left.filter((other) => needs(target, other));
    const ready = left.filter((target) => waitsFor(target).length === 0);
    // What waits for each other in a circle waits for nobody.
    const turn = ready.length > 0 ? ready : left;
    for (const target of turn) {
      const providers = found.filter((other) => needs(target, other));
      const last = providers.find((other) => waves.get(keyOf(other)) === wave - 1);
      found.push(last ? { ...target, after: last.container } : target);
    }
    for (const target of turn) waves.set(keyOf(target), wave);
    left = left.filter((target) => !turn.includes(target));
  }
  return found;
};

/** Targets by turns: each wave begins when the one before is over. */
export const wavesOf = <T extends { hostId: number | null; container: string | null; after: string | null }>(
  targets: readonly T[],
): T[][] => {
  const waves: T[][] = [];
  const depthOf = (target: T, passed: readonly T[] = []): number => {
    const provider = targets.find((other) => other.hostId === target.hostId && other.container === target.after);
    if (target.after === null || !provider || passed.includes(provider)) return 0;
    return 1 + depthOf(provider, [...passed, target]);
  };
  for (const target of targets) {
    const depth = depthOf(target);
    waves[depth] = [...(waves[depth] ?? []), target];
  }
  return waves.filter((wave) => wave !== undefined);
};
