import type { Page } from '../../../contract/common.ts';
import type { Run } from '../../../contract/runs.ts';
import type { Schedule } from '../../../contract/schedules.ts';
import type { Api } from '../../api/client.ts';
import { reasonOf } from '../../api/problem.ts';
import type { Announcer } from '../../live/announcer.svelte.ts';
import { Collection } from '../../live/collection.svelte.ts';
import type { Toasts } from '../../primitives/toasts.svelte.ts';
import { pathTo } from '../../router/match.ts';
import { t, tn } from '../../text/t.ts';
import type { ScheduleBody } from './draft.ts';
import { NextActions } from './next-action.ts';
import { withRun } from './recent-runs.ts';

/** How long the message of a deletion offers to take it back; after that the bin does, for 30 days. */
const undoMs = 10_000;

/** The schedules, live, and what people do to them. */
export class Schedules {
  readonly list: Collection<number, Schedule>;
  readonly all: Schedule[] = $derived.by(() => [...this.list.items.values()]);
  readonly next: NextActions = $derived(new NextActions(this.all));
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #announcer: Announcer;

  constructor(api: Api, toasts: Toasts, announcer: Announcer) {
    this.#api = api;
    this.#toasts = toasts;
    this.#announcer = announcer;
    this.list = new Collection(
      (schedule) => schedule.id,
      (cursor) => api.get<Page<Schedule>>('/schedules', { limit: 1000, cursor }),
    );
  }

  find(id: number): Schedule | undefined {
    return this.list.items.get(id);
  }

  /** A run began or ended: its schedule shows it among the last ones. */
  noteRun(run: Run): void {
    if (run.scheduleId !== null) this.list.amend(run.scheduleId, (schedule) => withRun(schedule, run));
  }

  nameOf(id: number): string {
    return this.list.items.get(id)?.name ?? t('schedules.unknown', { id: String(id) });
  }

  async create(input: ScheduleBody): Promise<Schedule> {
    const schedule = await this.#api.post<Schedule>('/schedules', input);
    this.list.put(schedule);
    return schedule;
  }

  async change(id: number, input: Partial<ScheduleBody>): Promise<Schedule> {
    const schedule = await this.#api.patch<Schedule>(`/schedules/${id}`, input);
    this.list.put(schedule);
    return schedule;
  }

  async setEnabled(schedule: Schedule, isEnabled: boolean): Promise<void> {
    try {
      const changed = await this.#api.post<Schedule | null>(
        `/schedules/${schedule.id}/${isEnabled ? 'enable' : 'disable'}`,
      );
      if (changed) this.list.put(changed);
      this.#announcer.say(t(isEnabled ? 'schedules.enabled' : 'schedules.disabled', { name: schedule.name }));
    } catch (error) {
      this.#toasts.show({ text: `${schedule.name}: ${reasonOf(error)}`, tone: 'bad' });
    }
  }

  /** Switches several at once; those that were so already stay as they are. Undo switches back what changed. */
  async switchAll(schedules: Schedule[], isEnabled: boolean): Promise<void> {
    const changing = schedules.filter((schedule) => schedule.enabled !== isEnabled);
    if (changing.length === 0) return;
    try {
      const body = { ids: changing.map((schedule) => schedule.id), enabled: isEnabled };
      const { items } = await this.#api.post<Page<Schedule>>('/schedules/switch', body);
      for (const schedule of items) this.list.put(schedule);
      this.#toasts.show({
        text: tn(isEnabled ? 'schedules.switchedOn' : 'schedules.switchedOff', items.length),
        lastsMs: undoMs,
        action: { label: t('undo'), run: () => void this.#switchBack(items) },
      });
    } catch (error) {
      this.#toasts.show({ text: reasonOf(error), tone: 'bad' });
    }
  }

  /** Makes a copy, which is switched off until somebody has looked at it. */
  async duplicate(schedule: Schedule): Promise<Schedule | null> {
    try {
      const copy = await this.#api.post<Schedule>(`/schedules/${schedule.id}/duplicate`);
      this.list.put(copy);
      this.#announcer.say(t('schedules.duplicated', { name: copy.name }));
      return copy;
    } catch (error) {
      this.#toasts.show({ text: `${schedule.name}: ${reasonOf(error)}`, tone: 'bad' });
      return null;
    }
  }

  async runNow(schedule: Pick<Schedule, 'id' | 'name'>): Promise<void> {
    try {
      const { runId } = await this.#api.post<{ runId: string }>(`/schedules/${schedule.id}/run`);
      this.#toasts.show({
        text: t('schedules.started', { name: schedule.name }),
        link: { label: t('runs.see'), href: pathTo('run', { id: runId }) },
      });
    } catch (error) {
      this.#toasts.show({ text: `${schedule.name}: ${reasonOf(error)}`, tone: 'bad' });
    }
  }

  /** Deletes at once, so that no slot of it comes due meanwhile, and offers to take that back. */
  async remove(schedule: Pick<Schedule, 'id' | 'name'>): Promise<void> {
    try {
      await this.#api.delete(`/schedules/${schedule.id}`);
      this.list.drop(schedule.id);
      this.#toasts.show({
        text: t('schedules.deleted', { name: schedule.name }),
        lastsMs: undoMs,
        action: { label: t('undo'), run: () => void this.#bringBack(schedule) },
      });
    } catch (error) {
      this.#toasts.show({ text: `${schedule.name}: ${reasonOf(error)}`, tone: 'bad' });
    }
  }

  async #bringBack({ id, name }: Pick<Schedule, 'id' | 'name'>): Promise<void> {
    try {
      this.list.put(await this.#api.post<Schedule>(`/schedules/${id}/undelete`));
      this.#announcer.say(t('bin.back', { name }));
    } catch (error) {
      this.#toasts.show({ text: `${name}: ${reasonOf(error)}`, tone: 'bad' });
    }
  }

  async #switchBack(schedules: Schedule[]): Promise<void> {
    await this.switchAll(
      schedules.map(({ id }) => this.list.items.get(id)).filter((schedule) => schedule !== undefined),
      schedules[0]?.enabled === false,
    );
  }
}
