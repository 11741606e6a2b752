import type { EventFacts, TargetFacts } from '../../../contract/index.ts';
import type { EndedRun } from '../runs/index.ts';
import type { RunEvent } from './run-events.ts';
import type { RunContext } from './run-facts.ts';
import { factsOf } from './run-facts.ts';

const titles: Record<string, string> = {
  'run.failed': 'Failed',
  'run.missed': 'Missed',
  'run.skipped': 'Skipped',
  'run.recovered': 'Works again',
  'run.succeeded': 'Done',
  'run.slow': 'Slow',
};
/** Enough to see what it is about; the run's page has the others. */
const shownTargets = 10;

/** A message as it is queued: its words, and what templates make other words from. */
export interface Words {
  title: string;
  body: string;
  /** JSON of contract's `EventFacts`. */
  facts: string;
}

/** What is told of a run: what, where, what was expected, why in the engine's words, the last lines, what comes next. */
export const wordsOf = (run: EndedRun, { event }: RunEvent, context: RunContext): Words => {
  const facts = factsOf(run, context);
  const isGood = event === 'run.recovered' || event === 'run.succeeded';
  const body = [
    ...(isGood ? [] : targetLines(facts.targets, run)),
    ...(isGood || run.scheduledFor === null ? [] : [`It was due at ${context.localTime(run.scheduledFor)}.`]),
    ...(isGood ? [tookWords(facts)] : []),
    ...(facts.lines.length > 0 ? ['', ...facts.lines] : []),
    ...(facts.nextRun === null ? [] : ['', `Next run: ${facts.nextRun}`]),
  ];
  return { title: `${titles[event] ?? event}: ${run.name}`, body: body.join('\n'), facts: JSON.stringify(facts) };
};

const targetLines = (targets: readonly TargetFacts[], { outcome, message }: EndedRun): string[] => {
  const told = targets.filter((target) => target.outcome !== 'succeeded');
  if (told.length === 0) return [message ?? outcome];
  const left = told.length - shownTargets;
  return [...told.slice(0, shownTargets).flatMap(targetLine), ...(left > 0 ? [`… and ${left} more`] : [])];
};

const targetLine = ({ action, container, host, outcome, expected, reason, attempts }: TargetFacts): string[] => {
  const place = host === null ? action : [action, container, 'on', host].filter((word) => word !== null).join(' ');
  const tries = attempts > 1 ? `, after ${attempts} attempts` : '';
  // What was left alone was not expected to come to anything.
  const isExpected = expected !== null && outcome !== 'skipped';
  return [`${place}: ${reason ?? outcome}${tries}`, ...(isExpected ? [`Expected: ${expected}`] : [])];
};

const tookWords = ({ run }: EventFacts): string => {
  const ms = run?.durationMs ?? null;
  return ms === null ? 'It succeeded.' : `It succeeded, and took ${Math.round(ms / 100) / 10} s.`;
};
