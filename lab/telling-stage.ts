import * as v from 'valibot';
import type { Channel, Delivery, Run, ScheduleInput, ShownRule } from '../contract/index.ts';
import { channelInput, notificationRuleInput, scheduleInput } from '../contract/index.ts';
import { scenarioCaller as caller } from '../server/scenario-caller.ts';
import { ada, Stage } from '../server/stage.ts';
import type { Receiver } from './receiver.ts';
import { openReceiver } from './receiver.ts';
import { waitUntil } from './wait.ts';

/** Steps that come to a good end at once, and to a bad one, since there is no engine. */
export const well = [{ action: 'wait', options: { durationMs: 1 } }];
export const badly = [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }];

/** The rooms without an engine, and a web server in place of the services that they tell, for tests. */
export class TellingStage {
  readonly stage: Stage;
  readonly receiver: Receiver;

  private constructor(stage: Stage, receiver: Receiver) {
    this.stage = stage;
    this.receiver = receiver;
  }

  static async open(): Promise<TellingStage> {
    const receiver = await openReceiver();
    const stage = await Stage.open('unix:///nowhere/docker.sock');
    await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
    return new TellingStage(stage, receiver);
  }

  async close(): Promise<void> {
    await this.stage.close();
    this.receiver.close();
  }

  channel(input: object): Promise<Channel> {
    return this.stage.rooms.notifications.channels.create(v.parse(channelInput, input), ada);
  }

  rule(input: object): Promise<ShownRule> {
    const whole = v.parse(notificationRuleInput, { name: 'r', ...input });
    return this.stage.rooms.notifications.rules.create(whole, ada);
  }

  /** One that runs when it is told to, unless said otherwise. */
  async schedule(name: string, steps: object[], more: object = {}): Promise<number> {
    const input: ScheduleInput = v.parse(scheduleInput, { name, trigger: { kind: 'manual' }, steps, ...more });
    return (await this.stage.rooms.schedules.create(input, caller)).id;
  }

  async runOf(scheduleId: number): Promise<Run> {
    return this.stage.over((await this.stage.rooms.schedules.runNow(scheduleId, caller)).id);
  }

  /** What a channel was told or is to be, newest first. */
  async deliveries(channel: number): Promise<Delivery[]> {
    return (await this.stage.rooms.notifications.deliveries.list({ channel, limit: 100 })).items;
  }

  untilSent(channel: number, count: number): Promise<void> {
    return waitUntil('the messages', 20_000, 20, async () => {
      return (await this.deliveries(channel)).filter(({ state }) => state === 'sent').length >= count;
    });
  }
}
