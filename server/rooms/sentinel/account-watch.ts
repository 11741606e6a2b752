import type { Activity } from '../../../contract/index.ts';
import { noFacts } from '../notifications/index.ts';
import type { Desk } from './desk.ts';

const everyMs = 3_600_000;
const soonMs = 7 * 86_400_000;

/** Tells of sign-ins from new places, and of API keys that end soon. */
export class AccountWatch {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.stops.push(desk.parts.bus.on('activity.recorded', (activity) => desk.do(() => this.#see(activity))));
  }

  async #see({ id, action, actor, message, at }: Activity): Promise<void> {
    if (action !== 'session.new_place') return;
    const reason = message ?? 'A browser that the account has not used before.';
    await this.#desk.tell({
      ...{ event: 'session.new_place', severity: 'warning', at: Date.parse(at) },
      key: `session.new_place/${id}`,
      subject: `session.new_place/${actor.name}`,
      title: `New sign-in: ${actor.name}`,
      body: `${reason}\nIf that was not you: change the password, and end the session under Profile.`,
      places: [],
      path: '/profile',
      run: null,
      facts: JSON.stringify({ ...noFacts, reason }),
    });
  }

  /** Looks for keys now, and from then on every hour. What was told of a key is told once. */
  async look(): Promise<void> {
    this.#desk.later(everyMs, () => this.look());
    const { db, clock } = this.#desk.parts;
    const at = clock.now();
    const keys = await db
      .selectFrom('api_keys')
      .select(['id', 'name', 'prefix', 'expires_at'])
      .where('expires_at', '>', at)
      .where('expires_at', '<=', at + soonMs)
      .where('revoked_at', 'is', null)
      .execute();
    for (const { id, name, prefix, expires_at } of keys) {
      const reason = `It ends at ${this.#desk.parts.localTime(expires_at ?? at)}.`;
      await this.#desk.tell({
        ...{ event: 'api_key.expiring', severity: 'warning', at },
        key: `api_key.expiring/${id}/${expires_at}`,
        subject: `api_key.expiring/${id}`,
        title: `API key ends soon: ${name}`,
        body: `${reason} What calls with ${prefix}… is refused from then on: make or rotate it under API & webhooks.`,
        places: [],
        path: '/access',
        run: null,
        facts: JSON.stringify({ ...noFacts, reason }),
      });
    }
  }
}
