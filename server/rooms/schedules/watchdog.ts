import type { Outcome, Run } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Logger } from '../../log/index.ts';
import type { History } from '../runs/index.ts';
import type { Editor } from './editor.ts';
import type { Roster } from './roster.ts';

const failures: readonly Outcome[] = ['failed', 'timed_out', 'interrupted'];
/** Runs that did not happen say nothing about whether the schedule works. */
const silent: readonly Outcome[] = ['pending', 'running', 'skipped', 'missed', 'coalesced', 'cancelled'];
/** How far back it is looked for failures: more than any policy asks for, with room for runs that did not happen. */
const lookBack = 200;

/** Disables a schedule whose runs fail again and again, where its policy says so. */
export class Watchdog {
  #parts: { roster: Roster; editor: Editor; history: History; bus: Bus; log: Logger };
  readonly stop: () => void;

  constructor(parts: { roster: Roster; editor: Editor; history: History; bus: Bus; log: Logger }) {
    this.#parts = parts;
    this.stop = parts.bus.on('run.changed', (run) => {
      // By a wrong clock no schedule can be changed; nothing fires then either, and the next failure counts again.
      this.#look(run).catch((error: unknown) => parts.log.warn({ error }, 'a failing schedule could not be paused'));
    });
  }

  async #look({ scheduleId, outcome, message }: Run): Promise<void> {
    if (scheduleId === null || !failures.includes(outcome)) return;
    const { roster, editor, history } = this.#parts;
    const record = roster.get(scheduleId);
    const most = record?.policies.pauseAfterFailures ?? null;
    if (!record?.enabled || most === null) return;
    const recent = (await history.recent([scheduleId], lookBack)).get(scheduleId) ?? [];
    const told = recent.filter((run) => !silent.includes(run.outcome)).slice(-most);
    if (told.length < most || told.some((run) => !failures.includes(run.outcome))) return;
    const words = most === 1 ? 'a run failed' : `${most} runs in a row failed`;
    await editor.pause(scheduleId, `${words}; the last one: ${message ?? outcome}`);
  }
}
