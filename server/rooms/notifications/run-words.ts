import type { EndedRun } from '../runs/index.ts';
import type { RunEvent } from './run-events.ts';

const titles: Record<string, string> = {
  'run.failed': 'Failed',
  'run.missed': 'Missed',
  'run.skipped': 'Skipped',
  'run.recovered': 'Works again',
  'run.succeeded': 'Done',
};

/** What is known beside the run itself. */
export interface RunContext {
  hostName(hostId: number): string;
  /** When the schedule runs next, in the instance's zone; null when it does not. */
  nextRun: string | null;
  /** The last lines that its commands wrote. */
  lastLines: string[];
}

/** Title and body of a message about a run: what, where, why in the engine's words, what comes next. */
export const wordsOf = (run: EndedRun, { event }: RunEvent, context: RunContext): { title: string; body: string } => {
  const title = `${titles[event] ?? event}: ${run.name}`;
  const targets = run.targets.filter(({ outcome }) => event === 'run.failed' || outcome !== 'succeeded');
  const lines = targets.map(({ action, container, hostId, message, outcome }) => {
    const place = hostId === null ? action : `${action} ${container ?? ''} on ${context.hostName(hostId)}`;
    return `${place}: ${message ?? outcome}`;
  });
  const body = [
    ...(lines.length > 0 ? lines : [run.message ?? run.outcome]),
    ...(context.lastLines.length > 0 ? ['', ...context.lastLines] : []),
    ...(context.nextRun === null ? [] : ['', `Next run: ${context.nextRun}`]),
  ];
  return { title, body: body.join('\n') };
};
