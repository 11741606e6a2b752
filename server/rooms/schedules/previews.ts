import type {
  DraftPreviewRequest,
  Rehearsal,
  RunSummary,
  ScheduleInput,
  SchedulePreview,
  Step,
  Trigger,
} from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Rights, Sight } from '../../policy/index.ts';
import type { ActiveRun, Fleet, History, OrderedTarget, Rehearsals, Runs } from '../runs/index.ts';
import { resolveTargets, ungranted, waitsUntil, withDependants } from '../runs/index.ts';
import { isOpen } from '../windows/index.ts';
import { collisionNote } from './collisions.ts';
import { grantWarnings } from './grant-warnings.ts';
import { planOf } from './plan.ts';
import { plannedSlots } from './planned-slots.ts';
import { triggerWarnings } from './preview.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';
import { newSchedule } from './schedule.ts';
import type { Schedules } from './schedules.ts';
import { describeTrigger } from './words.ts';

interface Parts {
  schedules: Schedules;
  roster: Roster;
  runs: Runs;
  history: History;
  rehearsals: Rehearsals;
  sight: Sight;
  fleet: Pick<Fleet, 'containers' | 'has' | 'get' | 'grantsOf' | 'nameOf'>;
  clock: Clock;
}

/** Instants are written with four digits for the year; nothing is due after that. */
const endOfTimeMs = Date.UTC(9999, 11, 31);

const spreadNote = 'H stands for a value that the schedule gets when it is saved: the times here are an example.';
const isSpread = (trigger: Trigger): boolean => trigger.kind === 'cron' && /(^|[\s,])H/i.test(trigger.expression);

/** How many of its last runs tell how long a run usually takes. */
const usualOf = 20;

/** What a schedule will do: its next slots with what the policies make of them, its targets, and a rehearsal. */
export class Previews {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws CHR_NOT_FOUND */
  async ofSchedule(id: number, count: number, rights: Rights): Promise<SchedulePreview> {
    return this.#preview(this.#parts.schedules.recordOf(id), this.#parts.clock.now(), count, rights);
  }

  /** Of a schedule that is being written, and was found without fault. @throws CHR_NOT_FOUND for its `scheduleId` */
  async ofDraft(request: DraftPreviewRequest, rights: Rights): Promise<SchedulePreview> {
    const { from, count, scheduleId, ...draft } = request;
    const record = this.#draft({ name: '', enabled: true, restore: false, ...draft }, scheduleId);
    const afterMs = from === undefined ? this.#parts.clock.now() : Date.parse(from);
    const preview = await this.#preview(record, afterMs, count, rights);
    return scheduleId === undefined && isSpread(record.trigger)
      ? { ...preview, warnings: [...preview.warnings, spreadNote] }
      : preview;
  }

  /** What is legal but probably not meant of a schedule that was just saved, and who else is due then. @throws CHR_NOT_FOUND */
  warningsOf(id: number, rights: Rights): string[] {
    const { schedules, roster, clock, sight } = this.#parts;
    const record = schedules.recordOf(id);
    const steps = record.steps.map((step) => this.#matched(step));
    const [next] = roster.slotsOf(record, clock.now(), endOfTimeMs, 1);
    const collision = next && collisionNote(record, next.at, roster, (other) => sight.seesSchedule(rights, other));
    return [...this.#warnings(record, steps, rights), ...(collision ? [`its next slot: ${collision}`] : [])];
  }

  /** @throws CHR_NOT_FOUND */
  rehearse(id: number): Promise<Rehearsal> {
    return this.#rehearse(this.#parts.schedules.recordOf(id));
  }

  rehearseDraft(input: ScheduleInput): Promise<Rehearsal> {
    return this.#rehearse(this.#draft(input, undefined));
  }

  /** With the ID of the schedule that it is to change, where there is one: jitter, `H` and collisions hang on it. */
  #draft(input: ScheduleInput, scheduleId: number | undefined): ScheduleRecord {
    const { schedules, clock } = this.#parts;
    const before = scheduleId === undefined ? undefined : schedules.recordOf(scheduleId);
    const fresh = { ...newSchedule(input, clock.now()), id: scheduleId ?? 0 };
    return before ? { ...fresh, createdAt: before.createdAt, runsBegun: before.runsBegun } : fresh;
  }

  async #preview(record: ScheduleRecord, afterMs: number, count: number, rights: Rights): Promise<SchedulePreview> {
    const { roster, history, sight } = this.#parts;
    const sees = (other: ScheduleRecord) => sight.seesSchedule(rights, other);
    const { trigger } = record;
    const recent = record.id === 0 ? [] : ((await history.recent([record.id], usualOf)).get(record.id) ?? []);
    const steps = record.steps.map((step) => this.#matched(step));
    return {
      slots: plannedSlots(record, { roster, afterMs, count, usualMs: usualMs(recent), sees }),
      description: describeTrigger(trigger, String(record.id)),
      timeZone: this.#zoneOf(record),
      warnings: this.#warnings(record, steps, rights),
      steps,
    };
  }

  #zoneOf({ trigger }: ScheduleRecord): string {
    return (trigger.kind === 'cron' && trigger.timeZone) || this.#parts.roster.timeZone;
  }

  #warnings(record: ScheduleRecord, steps: SchedulePreview['steps'], rights: Rights): string[] {
    const { sight, clock, fleet } = this.#parts;
    const hostOf = (hostId: number) =>
      fleet.has(hostId) && sight.seesHost(rights, hostId) ? fleet.get(hostId) : undefined;
    return [
      ...triggerWarnings(record.trigger, this.#zoneOf(record), clock.now()),
      ...grantWarnings(record.steps, steps, hostOf),
    ];
  }

  #matched(step: Step): SchedulePreview['steps'][number] {
    const containers = this.#parts.fleet.containers();
    const found: OrderedTarget[] = resolveTargets(step.targets, containers);
    const all = step.dependants === undefined ? found : withDependants(found, containers);
    const stateOf = (hostId: number, name: string) =>
      containers.find((c) => c.hostId === hostId && c.name === name)?.state ?? null;
    const targets = all.map(({ hostId, container, after }) => ({
      hostId,
      container,
      state: stateOf(hostId, container),
      after: after ?? null,
    }));
    return { action: step.action, targets };
  }

  async #rehearse(record: ScheduleRecord): Promise<Rehearsal> {
    return { steps: await this.#parts.rehearsals.play(planOf(record, null)), obstacles: this.#obstacles(record) };
  }

  #obstacles(record: ScheduleRecord): string[] {
    const { roster, runs, clock } = this.#parts;
    const [active] = runs.activeOf(record.id);
    const found: string[] = [];
    if (!record.enabled) found.push('the schedule is disabled');
    if (roster.isPaused) found.push('all schedules are paused');
    if (!isOpen(roster.openingsOf(record), clock.now())) found.push('outside its windows');
    if (active) found.push(`run ${active.id} ${activeWords(active, clock.now())}`);
    found.push(...ungranted(record.steps, this.#parts.fleet));
    return found;
  }
}

const activeWords = (active: ActiveRun, nowMs: number): string => {
  const until = waitsUntil(active, nowMs);
  return until === null ? 'is under way' : `waits until ${until} to begin`;
};

/** The middle of how long its last finished runs took. */
const usualMs = (recent: readonly RunSummary[]): number | null => {
  const lengths = recent
    .filter(({ outcome }) => outcome === 'succeeded' || outcome === 'failed')
    .flatMap(({ startedAt, finishedAt }) =>
      startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : [],
    )
    .sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? null;
};
