import type { Origin, Outcome, Run } from '../../../contract/runs.ts';

/** What the list of runs is narrowed to; all of it text, as it stands in the URL. Empty means any. */
export interface RunFilter {
  outcome: string;
  origin: string;
  schedule: string;
  host: string;
  container: string;
  /** A text in names, messages and output. */
  q: string;
}

export const origins: Origin[] = ['schedule', 'manual', 'api', 'webhook', 'event', 'after'];

export function filterFrom(query: URLSearchParams): RunFilter {
  const get = (key: string) => query.get(key) ?? '';
  return {
    outcome: get('outcome'),
    origin: get('origin'),
    schedule: get('schedule'),
    host: get('host'),
    container: get('container'),
    q: get('q'),
  };
}

/** Whether a run that just came belongs to the list. The server decides the same for those it sends. */
export function matchesFilter(run: Run, filter: Partial<RunFilter>): boolean {
  if (filter.outcome && run.outcome !== (filter.outcome as Outcome)) return false;
  if (filter.origin && run.origin !== (filter.origin as Origin)) return false;
  if (filter.schedule && String(run.scheduleId) !== filter.schedule) return false;
  if (filter.q && !mentions(run, filter.q)) return false;
  if (!filter.host && !filter.container) return true;
  return run.steps.some((step) =>
    step.targets.some(
      (target) =>
        (!filter.host || String(target.hostId) === filter.host) &&
        (!filter.container || target.container === filter.container),
    ),
  );
}

/** What a run wrote the server alone can look through. */
function mentions(run: Run, q: string): boolean {
  const targets = run.steps.flatMap((step) => step.targets);
  const texts = [run.scheduleName, run.message, ...targets.flatMap(({ container, message }) => [container, message])];
  return texts.some((text) => text?.toLowerCase().includes(q.toLowerCase()));
}
