import type { AvailableAction } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';
import type { MarkKind } from '../../primitives/mark-kind.ts';
import { t } from '../../text/t.ts';
import { shortDuration } from '../../time/relative.ts';

export interface StateWords {
  mark: MarkKind;
  words: string;
}

/** Exit codes of a process that was asked to end: 0, and by SIGINT, SIGKILL, SIGTERM. Not a crash. */
const endedOnRequest = [0, 130, 137, 143];

/** A container's state in words, with how long: `healthy, up 4 h`, `exited 137, 2 d ago`. */
export function stateWords(container: Container, now: number): StateWords {
  switch (container.state) {
    case 'running':
      return runningWords(container, now);
    case 'exited':
      return exitedWords(container, now);
    default:
      return { mark: restMarks[container.state], words: t(`state.${container.state}`) };
  }
}

function runningWords({ health, startedAt }: Container, now: number): StateWords {
  const state = t(`state.${health ?? 'running'}`);
  const mark = health === null ? 'succeeded' : healthMarks[health];
  if (startedAt === null) return { mark, words: state };
  return { mark, words: t('state.up', { state, d: shortDuration(now - Date.parse(startedAt)) }) };
}

function exitedWords({ exitCode, finishedAt }: Container, now: number): StateWords {
  const mark = exitCode === null || endedOnRequest.includes(exitCode) ? 'off' : 'failed';
  const state = exitCode ? t('state.exited', { code: String(exitCode) }) : t('state.stopped');
  if (finishedAt === null) return { mark, words: state };
  return { mark, words: t('state.ago', { state, d: shortDuration(now - Date.parse(finishedAt)) }) };
}

const healthMarks = { healthy: 'succeeded', starting: 'busy', unhealthy: 'failed' } as const;

const restMarks = {
  created: 'off',
  paused: 'paused',
  restarting: 'attention',
  removing: 'busy',
  dead: 'failed',
} as const satisfies Record<Exclude<Container['state'], 'running' | 'exited'>, MarkKind>;

/** The actions that make sense in a state, the usual one first. */
export function possibleActions(state: Container['state']): AvailableAction[] {
  switch (state) {
    case 'running':
      return ['restart', 'stop', 'pause', 'kill'];
    case 'paused':
      return ['unpause', 'stop', 'kill'];
    case 'restarting':
      return ['restart', 'stop', 'kill'];
    case 'removing':
      return [];
    default:
      return ['start'];
  }
}

/** What comes first when sorted by attention: trouble, then what moves, then the healthy, then the stopped. */
export function attentionRank(container: Container): number {
  if (container.stale) return 1;
  const { mark } = stateWords(container, 0);
  if (mark === 'failed') return 0;
  if (mark === 'attention' || mark === 'busy' || mark === 'paused') return 2;
  return mark === 'succeeded' ? 3 : 4;
}
