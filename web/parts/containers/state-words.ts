import type { AvailableAction } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';
import type { TimelineState } from '../../../contract/timeline.ts';
import type { MarkKind } from '../../primitives/mark-kind.ts';
import { t } from '../../text/t.ts';
import { shortDuration } from '../../time/relative.ts';

export interface StateWords {
  mark: MarkKind;
  words: string;
}

/** Exit codes of a process that was asked to end: 0, and by SIGINT, SIGKILL, SIGTERM. Not a crash. */
const endedOnRequest = [0, 130, 137, 143];

/** A container's state in words, with how long: `healthy, up 4 h`, `exited 1, 2 d ago`, `out of memory, 5 min ago`. */
export function stateWords(container: Container, now: number): StateWords {
  const { state, startedAt, finishedAt } = container;
  const { mark, words } = container.oomKilled && state === 'exited' ? outOfMemory() : pastStateWords(container);
  if (state === 'running' && startedAt !== null)
    return { mark, words: t('state.up', { state: words, d: shortDuration(now - Date.parse(startedAt)) }) };
  if (state === 'exited' && finishedAt !== null)
    return { mark, words: t('state.ago', { state: words, d: shortDuration(now - Date.parse(finishedAt)) }) };
  return { mark, words };
}

/** The code, 137, is that of every kill, and says nothing. */
function outOfMemory(): StateWords {
  return { mark: 'failed', words: t('containers.outOfMemory') };
}

/** What a container was at an instant of the past: without a how long, which is of now. */
export function pastStateWords({
  state,
  health,
  exitCode,
}: Pick<TimelineState, 'state' | 'health' | 'exitCode'>): StateWords {
  switch (state) {
    case null:
      return { mark: 'unknown', words: t('state.goneOrUnknown') };
    case 'running':
      return { mark: health === null ? 'succeeded' : healthMarks[health], words: t(`state.${health ?? 'running'}`) };
    case 'exited':
      return {
        mark: exitCode === null || endedOnRequest.includes(exitCode) ? 'off' : 'failed',
        words: exitCode ? t('state.exited', { code: String(exitCode) }) : t('state.stopped'),
      };
    default:
      return { mark: restMarks[state], words: t(`state.${state}`) };
  }
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
