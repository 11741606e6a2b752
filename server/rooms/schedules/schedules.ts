import type * as v from 'valibot';
import type {
  Container,
  ContainerRemoval,
  Page,
  Permission,
  PhraseReading,
  Run,
  RunSummary,
  Schedule,
  ScheduleInput,
  scheduleQuery,
} from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import type { Rights, Sight, Touching } from '../../policy/index.ts';
import { beyond } from '../../policy/index.ts';
import { demandRights } from '../actions/index.ts';
import type { History, Runs } from '../runs/index.ts';
import { originOf, waitsUntil } from '../runs/index.ts';
import { inVain } from './chains.ts';
import type { Editor } from './editor.ts';
import { previewPhrase } from './preview.ts';
import { reachOf } from './reaching.ts';
import type { Roster } from './roster.ts';
import type { SchedulePatch, ScheduleRecord } from './schedule.ts';
import { documentOf, presentSchedule } from './schedule.ts';
import type { ScheduleStore } from './store.ts';

export type ListQuery = v.InferOutput<typeof scheduleQuery>;

interface Parts {
  store: ScheduleStore;
  roster: Roster;
  editor: Editor;
  runs: Runs;
  history: History;
  sight: Sight;
  clock: Clock;
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

  /** Those that the caller may see. */
  async list(query: ListQuery, rights: Rights): Promise<Page<Schedule>> {
    const { roster, sight } = this.#parts;
    const fitting = roster
      .all()
      .filter((record) => record.id > Number(query.cursor ?? 0) && fits(record, query))
      .filter((record) => sight.seesSchedule(rights, record))
      .sort((a, b) => a.id - b.id);
    const page = fitting.slice(0, query.limit);
    const items = await this.#present(page);
    return { items, nextCursor: fitting.length > page.length ? String(page.at(-1)?.id) : null };
  }

  /** Those that mean a container now, by its name or among others, as far as the caller sees them. */
  reaching(container: Container, rights: Rights): ContainerRemoval['schedules'] {
    const { roster, sight } = this.#parts;
    return roster.all().flatMap((record) => {
      const by = reachOf(record, container);
      return by && sight.seesSchedule(rights, record) ? [{ id: record.id, name: record.name, by }] : [];
    });
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

  async create(input: ScheduleInput, caller: Caller): Promise<Schedule> {
    this.demandMaking(caller, input);
    return this.#presentOne(await this.#parts.editor.create(input, caller.actor));
  }

  /** A new revision, anchored now: nothing fires retroactively. */
  async change(id: number, patch: SchedulePatch, caller: Caller): Promise<Schedule> {
    const { steps, trigger } = this.#record(id);
    this.demandMaking(caller, { steps: patch.steps ?? steps, trigger: patch.trigger ?? trigger });
    return this.#presentOne(await this.#parts.editor.change(id, patch, caller.actor));
  }

  /** @throws CHR_NOT_FOUND, and to enable CHR_FORBIDDEN as to make it: what was stopped is not set going by anybody */
  async setEnabled(id: number, enabled: boolean, caller: Caller): Promise<Schedule> {
    if (enabled) this.demandMaking(caller, this.#record(id));
    return this.#presentOne(await this.#parts.editor.setEnabled(id, enabled, caller.actor));
  }

  remove(id: number, caller: Caller): Promise<void> {
    return this.#parts.editor.remove(id, caller.actor);
  }

  /** A copy that is disabled until somebody has looked at it. @throws CHR_NOT_FOUND */
  duplicate(id: number, caller: Caller): Promise<Schedule> {
    const document = documentOf(this.#record(id));
    const name = `${document.name.slice(0, 90)} (copy)`;
    return this.create({ ...document, name, enabled: false }, caller);
  }

  /** Enables or disables several; where one of them is unknown, none is touched. @throws CHR_NOT_FOUND */
  async switchAll(ids: readonly number[], enabled: boolean, caller: Caller): Promise<Schedule[]> {
    for (const id of ids) {
      this.#demandKnown(caller, 'schedules', id);
      if (enabled) this.demandMaking(caller, this.#record(id));
    }
    const switched: Schedule[] = [];
    for (const id of new Set(ids)) switched.push(await this.setEnabled(id, enabled, caller));
    return switched;
  }

  /**
   * That the caller has the right for all that a schedule can touch, and that the schedule exists for him.
   * @throws CHR_NOT_FOUND, CHR_FORBIDDEN
   */
  #demandKnown({ rights }: Caller, permission: Permission, id: number): void {
    const { sight } = this.#parts;
    const record = this.#record(id);
    if (!sight.seesSchedule(rights, record)) throw notFound(`There is no schedule ${id}.`);
    if (!sight.covers(rights, permission, record)) throw beyond(permission);
  }

  /** Nobody makes a schedule do what he could not do there by hand. @throws CHR_NOT_FOUND, CHR_FORBIDDEN */
  demandMaking({ rights }: Caller, { steps, trigger }: Pick<ScheduleInput, 'steps' | 'trigger'>): void {
    const { sight } = this.#parts;
    sight.demand(rights, 'schedules', { steps, trigger });
    demandRights(steps, (right, step) => sight.coversStep(rights, right, step));
  }

  /**
   * That the caller sees all that a draft has to do with, and the schedule that it is to change.
   * @throws CHR_NOT_FOUND, CHR_FORBIDDEN
   */
  demandSight(draft: Touching, scheduleId: number | undefined, caller: Caller): void {
    if (scheduleId !== undefined) this.#demandKnown(caller, 'view', scheduleId);
    this.#parts.sight.demand(caller.rights, 'view', draft);
  }

  /** Faults of an input that no schema sees. `id` is that of the schedule it is for; null for a new one. */
  faultsOf(input: unknown, id: number | null): FieldError[] {
    return this.#parts.editor.faultsOf(input, id);
  }

  /** Runs the schedule's steps now, beside its slots. @throws CHR_CONFLICT while a run of it is under way */
  runNow(id: number, caller: Caller): Promise<Run> {
    // In turn: of two clicks at once, or a click and a slot, the second is to find the first one's run.
    return this.#parts.editor.inTurn(() => this.#runNow(id, caller));
  }

  /** That the caller may decide when it runs: what he could not make it do he does not set going. @throws CHR_NOT_FOUND, CHR_FORBIDDEN */
  demandTiming(id: number, caller: Caller): void {
    this.demandMaking(caller, this.#record(id));
  }

  /** That the caller may run it. @throws CHR_NOT_FOUND, CHR_FORBIDDEN */
  demandRun(id: number, caller: Caller): void {
    this.#demandKnown(caller, 'operate', id);
    const { steps } = this.#record(id);
    demandRights(steps, (right, step) => this.#parts.sight.coversStep(caller.rights, right, step));
  }

  async #runNow(id: number, caller: Caller): Promise<Run> {
    this.demandRun(id, caller);
    const record = this.#record(id);
    const [active] = this.#parts.runs.activeOf(id);
    if (active && record.policies.overlap === 'skip') {
      const until = waitsUntil(active, this.#parts.clock.now());
      const detail = until === null ? 'is still under way; wait for it' : `waits until ${until} to begin; let it`;
      throw new ChrontainerError('CHR_CONFLICT', `Run ${active.id} of this schedule ${detail}, or cancel it.`);
    }
    const { onNoMatch, conditions, timeoutMs } = record.policies;
    return this.#parts.runs.request({
      origin: originOf(caller.actor),
      actor: caller.actor,
      steps: record.steps,
      // Windows are for what comes by itself: whoever asks for a run now means now.
      plan: { onNoMatch, conditions, timeoutMs, restore: record.restore },
      schedule: record,
    });
  }

  /** What a phrase such as `weekdays 7:30` means now. @throws CHR_INVALID_INPUT when it is not understood */
  read(text: string, timeZone: string | undefined): PhraseReading {
    const nowMs = this.#parts.clock.now();
    const context = this.#parts.roster.contextOf({ id: 0, createdAt: nowMs });
    return previewPhrase(text, timeZone, nowMs, context);
  }

  /** The schedule as the program holds it. @throws CHR_NOT_FOUND */
  recordOf(id: number): ScheduleRecord {
    return this.#record(id);
  }

  #record(id: number): ScheduleRecord {
    const record = this.#parts.roster.get(id);
    if (!record) throw notFound(`There is no schedule ${id}.`);
    return record;
  }

  async #present(records: readonly ScheduleRecord[]): Promise<Schedule[]> {
    const recent = await this.#parts.history.recent(
      records.map((r) => r.id),
      recentRuns,
    );
    return records.map((record) => this.#presented(record, recent.get(record.id) ?? []));
  }

  async #presentOne(record: ScheduleRecord): Promise<Schedule> {
    const recent = await this.#parts.history.recent([record.id], recentRuns);
    return this.#presented(record, recent.get(record.id) ?? []);
  }

  #presented(record: ScheduleRecord, recent: RunSummary[]): Schedule {
    return { ...presentSchedule(record, recent), warning: inVain(this.#parts.roster, record) };
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
