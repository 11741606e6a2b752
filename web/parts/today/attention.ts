import type { Container } from '../../../contract/containers.ts';
import type { Host } from '../../../contract/hosts.ts';
import type { Run } from '../../../contract/runs.ts';
import { isHostInTrouble } from '../hosts/host-marks.ts';
import { isTrouble, whenOf } from '../runs/outcome.ts';

/** Something that wants a person. */
export type Need =
  | { kind: 'run'; id: string; run: Run /** How many in a row went wrong. */; times: number; at: number }
  | { kind: 'container'; id: string; container: Container; at: number | null }
  | { kind: 'host'; id: string; host: Host; at: number | null };

const day = 86_400_000;

/**
 * What needs someone now: hosts that are gone, containers that are unhealthy, and runs of the last day that went
 * wrong and were not yet followed by a success of the same schedule (by hand: on the same containers).
 */
export function needsOf(runs: Run[], containers: Container[], hosts: Host[], now: number): Need[] {
  return [
    ...hosts.filter(isHostInTrouble).map(hostNeed),
    ...containers.filter(isUnhealthy).map(containerNeed),
    ...runNeeds(runs, now),
  ];
}

function hostNeed(host: Host): Need {
  const at = host.hang?.since ?? host.lastSeenAt;
  return { kind: 'host', id: `host-${host.id}`, host, at: at === null ? null : Date.parse(at) };
}

function isUnhealthy(container: Container): boolean {
  return !container.stale && container.state === 'running' && container.health === 'unhealthy';
}

function containerNeed(container: Container): Need {
  return { kind: 'container', id: `container-${container.hostId}-${container.id}`, container, at: null };
}

function runNeeds(runs: Run[], now: number): Need[] {
  const lines = new Map<string, Run[]>();
  for (const run of runs) {
    if (whenOf(run) < now - day) continue;
    const line = lineOf(run);
    lines.set(line, [...(lines.get(line) ?? []), run]);
  }
  return [...lines.values()]
    .map(needOfLine)
    .filter((need) => need !== null)
    .sort((a, b) => b.at - a.at);
}

/** The latest trouble of a line of runs that no success has followed. */
function needOfLine(line: Run[]): (Need & { kind: 'run' }) | null {
  const newestFirst = line.toSorted((a, b) => whenOf(b) - whenOf(a));
  const success = newestFirst.findIndex((run) => run.outcome === 'succeeded');
  const since = success === -1 ? newestFirst : newestFirst.slice(0, success);
  const troubled = since.filter((run) => isTrouble(run.outcome));
  const run = troubled[0];
  if (!run) return null;
  return { kind: 'run', id: `run-${run.id}`, run, times: troubled.length, at: whenOf(run) };
}

function lineOf(run: Run): string {
  if (run.scheduleId !== null) return `schedule ${run.scheduleId}`;
  const targets = run.steps.flatMap((step) => step.targets.map((target) => `${target.hostId}/${target.container}`));
  return `by hand ${targets.sort().join(' ')}`;
}
