import type { Container, EventFacts } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';
import { isOnPassage } from '../actions/index.ts';
import type { Happening, Notices } from '../notifications/index.ts';
import { noFacts, pageOf } from '../notifications/index.ts';

interface Parts {
  db: Database;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  log: Logger;
  notices: Pick<Notices, 'tell'>;
  hostName(hostId: number): string;
}

/** So many digests of a container are remembered. */
const kept = 20;

/** Tells of newer images: the schedules that wait for one, and who wants a message. Each once for a container and a digest. */
export class Announcements {
  readonly #parts: Parts;
  readonly #told: Set<string>;
  readonly stop: () => void;

  private constructor(parts: Parts, told: Set<string>) {
    this.#parts = parts;
    this.#told = told;
    const stops = [
      parts.bus.on('container.renamed', (renamed) => this.#inBackground(() => this.#follow(renamed))),
      parts.bus.on('host.removed', ({ id }) => this.#inBackground(() => this.#forgetHost(id))),
    ];
    this.stop = () => stops.forEach((one) => void one());
  }

  static async open(parts: Parts): Promise<Announcements> {
    const rows = await parts.db.selectFrom('update_notices').select(['host_id', 'container', 'digest']).execute();
    return new Announcements(parts, new Set(rows.map((row) => keyOf(row.host_id, row.container, row.digest))));
  }

  /** What was told is not told again. */
  readonly tell = (container: Container, digest: string): void => {
    const key = keyOf(container.hostId, container.name, digest);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#inBackground(() => this.#tell(container, digest));
  };

  /** In one commit with its being remembered; the schedules follow when that is on the disk, so that none begins twice. */
  async #tell(container: Container, digest: string): Promise<void> {
    const { commits, notices, clock, bus, hostName } = this.#parts;
    const { hostId, name, id } = container;
    const at = clock.now();
    await commits.write(async (trx) => {
      const row = { host_id: hostId, container: name, digest, told_at: at };
      await trx
        .insertInto('update_notices')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const mine = () =>
        trx.selectFrom('update_notices').where('host_id', '=', hostId).where('container', '=', name).select('digest');
      const newest = mine().orderBy('told_at', 'desc').limit(kept);
      await trx
        .deleteFrom('update_notices')
        .where('host_id', '=', hostId)
        .where('container', '=', name)
        .where('digest', 'not in', newest)
        .execute();
      await notices.tell(trx, happeningOf(container, digest, hostName(hostId), at));
    });
    bus.emit('container.happened', { hostId, containerId: id, name, exitCode: null, happened: 'update_available' });
  }

  async #follow({ hostId, from, to }: { hostId: number; from: string; to: string }): Promise<void> {
    // An update gives the name to another container; what was told of it stays with the name.
    if (isOnPassage(from) || isOnPassage(to)) return;
    const prefix = keyOf(hostId, from, '');
    for (const key of [...this.#told].filter((one) => one.startsWith(prefix))) {
      this.#told.add(keyOf(hostId, to, key.slice(prefix.length)));
    }
    const { db } = this.#parts;
    await db.deleteFrom('update_notices').where('host_id', '=', hostId).where('container', '=', to).execute();
    await db
      .updateTable('update_notices')
      .set({ container: to })
      .where('host_id', '=', hostId)
      .where('container', '=', from)
      .execute();
  }

  async #forgetHost(hostId: number): Promise<void> {
    for (const key of this.#told) if (key.startsWith(`${hostId} `)) this.#told.delete(key);
    await this.#parts.db.deleteFrom('update_notices').where('host_id', '=', hostId).execute();
  }

  #inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#parts.log.error({ error }, 'a newer image could not be told of'));
  }
}

const keyOf = (hostId: number, name: string, digest: string): string => `${hostId} ${name} ${digest}`;

const happeningOf = (container: Container, digest: string, host: string, at: number): Happening => {
  const { hostId, name, stack, image } = container;
  const reason = `There is a newer image of ${image}.`;
  const facts: EventFacts = { ...noFacts, container: name, host, stack, image, reason, toDigest: digest };
  return {
    ...{ event: 'update.available', severity: 'info', at },
    key: `update.available/${hostId}/${name}/${digest}`,
    subject: `update.available/${hostId}/${name}`,
    title: `Newer image: ${name} on ${host}`,
    body: `${reason}\n${digest}`,
    places: [{ hostId, stack, tags: container.tags.map((tag) => tag.name) }],
    path: pageOf(hostId, name),
    run: null,
    facts: JSON.stringify(facts),
  };
};
