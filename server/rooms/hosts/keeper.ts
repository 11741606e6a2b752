import type { Actor, Host, HostDependent, HostInput, HostPatch, HostTest, HostTrial } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Destination, Engine } from '../../engine/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf, concealed } from '../activity/index.ts';
import { columnsOf, destinationOf, faultsOf, given, overlaid } from './connection.ts';
import { dependentsOf } from './dependents.ts';
import type { Hosts } from './hosts.ts';
import type { HostRow } from './store.ts';
import { HostStore, localHostId } from './store.ts';
import { tryHost } from './trial.ts';

interface Parts {
  db: Database;
  activity: Pick<ActivityLog, 'record'>;
  clock: Clock;
  secrets: Secrets;
  hosts: Hosts;
  /** @throws ChrontainerError when the address is of no known kind */
  connect: (host: Destination & { id: number }) => Engine;
}

const nowhere: Destination = { url: '', tls: null, ssh: {} };

/** Adds, changes, tries and deletes hosts. */
export class HostKeeper {
  readonly #parts: Parts;
  readonly #store: HostStore;
  /** One change after the other: each rests on what the last one left. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new HostStore(parts.db);
  }

  /** @throws CHR_INVALID_INPUT, CHR_CONFLICT for a name that is taken */
  create(input: HostInput, actor: Actor): Promise<Host> {
    return this.#inTurn(async () => {
      const { clock, secrets, hosts } = this.#parts;
      this.#demandFree(input.name, null);
      this.#demandUsable(overlaid(nowhere, input), faultsOf(input));
      const position = Math.max(0, ...hosts.rows().map((row) => row.position)) + 1;
      const { name, url, color } = input;
      const fresh = { name, url, color, enabled: input.enabled ? 1 : 0, position, created_at: clock.now() };
      const id = await this.#store.transaction(async (trx) => {
        const made = await this.#store.add(trx, fresh);
        // What is sealed is sealed for its row, whose number is known only now.
        await this.#store.change(trx, made, columnsOf(made, input, secrets));
        const changes = changesOf(null, shownOf({ ...fresh, ...columnsOf(made, input, secrets) }));
        await this.#note({ actor, action: 'host.create', target: name, hostId: made, changes }, trx);
        return made;
      });
      await hosts.connectTo(await this.#read(id));
      return hosts.get(id);
    });
  }

  /** @throws CHR_NOT_FOUND, CHR_INVALID_INPUT, CHR_CONFLICT, CHR_PROTECTED for the local host's address */
  change(hostId: number, patch: HostPatch, actor: Actor): Promise<Host> {
    return this.#inTurn(async () => {
      const { hosts, secrets } = this.#parts;
      const before = hosts.rowOf(hostId);
      const { name, color, enabled, windows, ...connection } = patch;
      const isElsewhere = Object.keys(connection).length > 0;
      if (name !== undefined) this.#demandFree(name, hostId);
      this.#protectLocal(before, patch);
      if (isElsewhere) {
        this.#demandUsable(overlaid(destinationOf(before, secrets), connection), faultsOf(connection));
      }
      const changed = given({
        name,
        color,
        enabled: enabled === undefined ? undefined : Number(enabled),
        windows: windows && JSON.stringify(windows),
        ...columnsOf(hostId, connection, secrets),
      });
      await this.#store.transaction(async (trx) => {
        await this.#store.change(trx, hostId, changed);
        const message = `changed: ${Object.keys(patch).join(', ')}`;
        const changes = changesOf(shownOf(before), shownOf({ ...before, ...changed }));
        await this.#note({ actor, action: 'host.update', target: name ?? before.name, hostId, message, changes }, trx);
      });
      const row = { ...before, ...changed };
      if (row.enabled !== before.enabled || isElsewhere) await hosts.connectTo(row);
      else hosts.update(row);
      return hosts.get(hostId);
    });
  }

  /** @throws CHR_INVALID_INPUT when not every host is named exactly once */
  arrange(hostIds: readonly number[], actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const rows = this.#parts.hosts.rows();
      const isWhole = hostIds.length === rows.length && rows.every(({ id }) => hostIds.includes(id));
      if (!isWhole) throw invalidInput([{ path: 'hostIds', message: 'must name every host exactly once' }]);
      const moved = rows.filter((row) => row.position !== hostIds.indexOf(row.id) + 1);
      const placed = moved.map((row) => ({ ...row, position: hostIds.indexOf(row.id) + 1 }));
      await this.#store.transaction(async (trx) => {
        for (const { id, position } of placed) await this.#store.change(trx, id, { position });
        const order = (of: readonly HostRow[]) =>
          [...of].sort((a, b) => a.position - b.position).map(({ name }) => name);
        const after = rows.map((row) => placed.find(({ id }) => id === row.id) ?? row);
        const changes = changesOf({ order: order(rows) }, { order: order(after) });
        await this.#note({ actor, action: 'host.arrange', target: null, changes }, trx);
      });
      for (const row of placed) this.#parts.hosts.update(row);
    });
  }

  /** What names the host. @throws CHR_NOT_FOUND */
  async dependents(hostId: number): Promise<HostDependent[]> {
    return dependentsOf(this.#parts.db, this.#parts.hosts.rowOf(hostId).id);
  }

  /** @throws CHR_NOT_FOUND, CHR_PROTECTED for the local one */
  remove(hostId: number, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const row = this.#parts.hosts.rowOf(hostId);
      if (hostId === localHostId) {
        throw new ChrontainerError('CHR_PROTECTED', 'The local host cannot be deleted. Disable it to leave it alone.');
      }
      await this.#store.transaction(async (trx) => {
        await this.#store.remove(trx, hostId);
        const changes = changesOf(shownOf(row), null);
        await this.#note({ actor, action: 'host.delete', target: row.name, changes }, trx);
      });
      await this.#parts.hosts.drop(hostId);
    });
  }

  /** Tries a host as it is kept. @throws CHR_NOT_FOUND */
  test(hostId: number): Promise<HostTest> {
    return this.#try(hostId, {});
  }

  /** Tries what somebody typed. @throws CHR_NOT_FOUND, CHR_INVALID_INPUT */
  async tryOut({ hostId, ...connection }: HostTrial): Promise<HostTest> {
    const faults = faultsOf(connection);
    if (faults.length > 0) throw invalidInput(faults);
    return this.#try(hostId ?? null, connection);
  }

  async #try(hostId: number | null, connection: Omit<HostTrial, 'hostId' | 'url'> & { url?: string }) {
    const { clock, connect, hosts, secrets } = this.#parts;
    const before = hostId === null ? nowhere : destinationOf(hosts.rowOf(hostId), secrets);
    // Whether it works is what is asked, not what it may be used for.
    const to = { ...overlaid(before, connection), grants: undefined };
    const result = await tryHost(to, { clock, connect: (there) => connect({ ...there, id: hostId ?? 0 }) });
    if (result.ok && hostId !== null) hosts.retryNow(hostId);
    // What somebody typed is another connection.
    const isAsKept = Object.keys(connection).length === 0;
    if (result.reach && hostId !== null && isAsKept && hosts.has(hostId)) hosts.keepReach(hostId, result.reach);
    return result;
  }

  /** All faults at once: those of the address, and those of what was pasted. */
  #demandUsable(to: Destination, faults: FieldError[]): void {
    const all = [...faults];
    try {
      this.#parts.connect({ id: 0, ...to }).close();
    } catch (error) {
      if (!(error instanceof ChrontainerError)) throw error;
      all.push(...(error.fields ?? [{ path: 'url', message: error.message }]));
    }
    if (all.length > 0) throw invalidInput(all);
  }

  #demandFree(name: string, ofId: number | null): void {
    if (!this.#parts.hosts.rows().some((row) => row.name === name && row.id !== ofId)) return;
    throw new ChrontainerError('CHR_CONFLICT', `There is a host "${name}" already: take another name.`);
  }

  #protectLocal(row: Readonly<HostRow>, { url }: HostPatch): void {
    if (row.id !== localHostId || url === undefined || url === row.url) return;
    const message = 'The address of the local host comes from the configuration: set DOCKER_HOST and start again.';
    throw new ChrontainerError('CHR_PROTECTED', message);
  }

  async #read(hostId: number): Promise<HostRow> {
    const row = (await this.#store.all()).find(({ id }) => id === hostId);
    if (!row) throw new Error(`the host ${hostId} was just written and is not there`);
    return row;
  }

  #note(entry: Omit<ActivityEntry, 'result'>, trx: Parameters<ActivityLog['record']>[1]): Promise<void> {
    return this.#parts.activity.record({ ...entry, result: 'ok' }, trx);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** The row as the activity log may tell of it: keys, sealed as they are, never. */
const shownOf = (row: Partial<HostRow>): object => ({
  name: row.name,
  url: row.url,
  color: row.color,
  enabled: row.enabled === 1,
  grants: row.grants,
  windows: row.windows === '[]' ? null : row.windows,
  tls: row.tls === 1,
  ca: row.ca,
  certificate: row.certificate,
  fingerprint: row.fingerprint,
  hostKey: row.host_key,
  key: concealed(row.client_key),
  sshKey: concealed(row.ssh_key),
});
