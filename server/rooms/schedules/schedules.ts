import type { Transaction } from 'kysely';
import type * as v from 'valibot';
import type {
  Actor,
  Page,
  Preview,
  Run,
  Schedule,
  ScheduleInput,
  schedulePatch,
  scheduleQuery,
  Trigger,
} from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { GroupCommit, Tables } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { History, Runs } from '../runs/index.ts';
import type { Evaluator } from './evaluator.ts';
import { previewTrigger } from './preview.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';
import { presentSchedule } from './schedule.ts';
import type { ScheduleStore } from './store.ts';
import { checkSchedule, checkTrigger } from './validation.ts';

export type SchedulePatch = v.InferOutput<typeof schedulePatch>;
export type ListQuery = v.InferOutput<typeof scheduleQuery>;

interface Parts {
  store: ScheduleStore;
  roster: Roster;
  evaluator: Evaluator;
  runs: Runs;
  history: History;
  activity: ActivityLog;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  hasHost(hostId: number): boolean;
}

/** How many of a schedule's last runs a list shows. */
const recentRuns = 20;

/** Schedules as their owner sees them: made, changed, looked at, run by hand. */
export class Schedules {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads all schedules into memory. To be called once, before the evaluator starts. */
  async load(): Promise<void> {
    this.#parts.roster.load(await this.#parts.store.all());
  }

  async list(query: ListQuery): Promise<Page<Schedule>> {
    const fitting = this.#parts.roster
      .all()
      .filter((record) => record.id > Number(query.cursor ?? 0) && fits(record, query))
      .sort((a, b) => a.id - b.id);
    const page = fitting.slice(0, query.limit);
    const items = await this.#present(page);
    return { items, nextCursor: fitting.length > page.length ? String(page.at(-1)?.id) : null };
  }

  /** @throws CHR_NOT_FOUND */
  async get(id: number): Promise<Schedule> {
    return this.#presentOne(this.#record(id));
  }

  /** The schedule as it is now; undefined when there is none. */
  async find(id: number): Promise<Schedule | undefined> {
    const record = this.#parts.roster.get(id);
    return record && this.#presentOne(record);
  }

  /** @throws CHR_INVALID_INPUT with all faults at once */
  create(input: ScheduleInput, caller: Caller): Promise<Schedule> {
    this.#check(input);
    return this.#parts.evaluator.change(null, async (nowMs) => {
      const fresh = {
        ...input,
        revision: 1,
        evaluatedUntil: nowMs,
        nextSlotAt: null,
        createdAt: nowMs,
        updatedAt: nowMs,
      };
      const { store, roster, commits } = this.#parts;
      const record = await commits.write(async (trx) => {
        const id = await store.add(trx, fresh, caller.actor);
        const added: ScheduleRecord = { ...fresh, id };
        added.nextSlotAt = roster.nextSlotOf(added, nowMs);
        await store.moveCursor(trx, added, nowMs, added.nextSlotAt);
        await this.#note(trx, caller.actor, 'schedule.create', added);
        return added;
      });
      return this.#keep(record);
    });
  }

  /** Changes what the patch names; a new revision, anchored now: nothing fires retroactively. */
  async change(id: number, patch: SchedulePatch, caller: Caller): Promise<Schedule> {
    this.#record(id);
    this.#check(patch);
    return this.#replace(id, patch, caller, 'schedule.update');
  }

  async setEnabled(id: number, enabled: boolean, caller: Caller): Promise<Schedule> {
    const record = this.#record(id);
    if (record.enabled === enabled) return this.get(id);
    return this.#replace(id, { enabled }, caller, enabled ? 'schedule.enable' : 'schedule.disable');
  }

  async remove(id: number, caller: Caller): Promise<void> {
    this.#record(id);
    await this.#parts.evaluator.change(id, async (nowMs) => {
      const record = this.#record(id);
      await this.#parts.commits.write(async (trx) => {
        await this.#parts.store.remove(trx, id, nowMs);
        await this.#note(trx, caller.actor, 'schedule.delete', record);
      });
      this.#parts.roster.delete(id);
      this.#parts.bus.emit('schedule.removed', { id });
    });
  }

  /** Runs the schedule's steps now, beside its slots. @throws CHR_CONFLICT while a run of it is under way */
  async runNow(id: number, caller: Caller): Promise<Run> {
    const record = this.#record(id);
    const active = this.#parts.runs.activeOf(id);
    if (active && record.policies.overlap === 'skip') {
      const detail = `Run ${active.id} of this schedule is still under way; wait for it, or cancel it.`;
      throw new ChrontainerError('CHR_CONFLICT', detail);
    }
    return this.#parts.runs.request({
      origin: caller.actor.kind === 'api_key' ? 'api' : 'manual',
      actor: caller.actor,
      steps: record.steps,
      onNoMatch: record.policies.onNoMatch,
      schedule: record,
    });
  }

  /** The next slots of a schedule that exists. */
  previewOf(id: number, count: number): Preview {
    const record = this.#record(id);
    return previewTrigger(record.trigger, this.#parts.clock.now(), count, this.#parts.roster.contextOf(record));
  }

  /** The next slots of a trigger that is being written. @throws CHR_INVALID_INPUT */
  preview(trigger: Trigger, fromMs: number | undefined, count: number): Preview {
    const nowMs = this.#parts.clock.now();
    const faults = checkTrigger(trigger, fromMs ?? nowMs);
    if (faults.length > 0) throw invalidInput(faults);
    const context = this.#parts.roster.contextOf({ id: 0, createdAt: nowMs });
    return previewTrigger(trigger, fromMs ?? nowMs, count, context);
  }

  #replace(id: number, patch: SchedulePatch, caller: Caller, action: string): Promise<Schedule> {
    const { evaluator, roster, store, commits } = this.#parts;
    return evaluator.change(id, async (nowMs) => {
      const before = this.#record(id);
      const after: ScheduleRecord = {
        ...before,
        ...patch,
        revision: before.revision + 1,
        // Never back: with the clock set back the old cursor goes on keeping what has fired from firing again.
        evaluatedUntil: Math.max(before.evaluatedUntil, nowMs),
        updatedAt: nowMs,
      };
      after.nextSlotAt = roster.nextSlotOf(after, after.evaluatedUntil);
      await commits.write(async (trx) => {
        await store.replace(trx, after, caller.actor);
        await this.#note(trx, caller.actor, action, after);
      });
      return this.#keep(after);
    });
  }

  /** Faults of an input that no schema sees. What stood there before is not looked at: an old `once` may be renamed. */
  faultsOf(input: unknown): FieldError[] {
    const { clock, hasHost } = this.#parts;
    return checkSchedule(input, { nowMs: clock.now(), hasHost });
  }

  #check(input: SchedulePatch): void {
    const faults = this.faultsOf(input);
    if (faults.length > 0) throw invalidInput(faults);
  }

  /** @throws CHR_NOT_FOUND */
  #record(id: number): ScheduleRecord {
    const record = this.#parts.roster.get(id);
    if (!record) throw notFound(`There is no schedule ${id}.`);
    return record;
  }

  #keep(record: ScheduleRecord): Promise<Schedule> {
    this.#parts.roster.put(record);
    this.#parts.bus.emit('schedule.changed', { id: record.id });
    return this.#presentOne(record);
  }

  async #present(records: readonly ScheduleRecord[]): Promise<Schedule[]> {
    const recent = await this.#parts.history.recent(
      records.map((r) => r.id),
      recentRuns,
    );
    return records.map((record) => presentSchedule(record, recent.get(record.id) ?? []));
  }

  async #presentOne(record: ScheduleRecord): Promise<Schedule> {
    const recent = await this.#parts.history.recent([record.id], recentRuns);
    return presentSchedule(record, recent.get(record.id) ?? []);
  }

  #note(trx: Transaction<Tables>, actor: Actor, action: string, { id, name }: ScheduleRecord): Promise<void> {
    return this.#parts.activity.record({ actor, action, target: name, result: 'ok', scheduleId: id }, trx);
  }
}

const fits = (record: ScheduleRecord, { q, host, container }: ListQuery): boolean => {
  if (q !== undefined && !record.name.toLowerCase().includes(q.toLowerCase())) return false;
  if (host === undefined && container === undefined) return true;
  return record.steps.some((step) =>
    step.targets.some(
      (target) =>
        (host === undefined || ('hostId' in target && target.hostId === host)) &&
        (container === undefined || ('container' in target && target.container === container)),
    ),
  );
};
