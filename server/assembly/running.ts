import { isStorageFailure } from '../database/index.ts';
import type { Logger } from '../log/index.ts';
import type { Outbound } from '../outbound/index.ts';
import { Turnstile } from '../rooms/actions/index.ts';
import type { Notifications, Watch } from '../rooms/notifications/index.ts';
import {
  Executor,
  Gate,
  Hand,
  History,
  Ledger,
  OutlivedCalls,
  Outputs,
  Performer,
  Rehearsals,
  Restorer,
  Retention,
  Runs,
} from '../rooms/runs/index.ts';
import type { Registries, UpdateBlocks } from '../rooms/updates/index.ts';
import type { Base } from './ground.ts';

/** The rooms of what runs and what ran; the end of a run is told in the commit that ends it. */
export const openRuns = (
  base: Base & {
    outbound: Outbound;
    notifications: Notifications;
    watch: Watch;
    blocks: UpdateBlocks;
    registries: Registries;
  },
) => {
  const { db, bus, clock, log, commits, activity, auditor, settings, hosts, sight, outbound, notifications } = base;
  const { pings } = base.watch;
  const ledger = new Ledger({ commits, activity, clock, log });
  ledger.onBegun(pings.onRunBegun);
  ledger.onEnded(async (trx, run) => {
    await orLog(log, () => notifications.notices.onRunEnded(trx, run));
    await orLog(log, () => pings.onRunEnded(trx, run));
  });
  ledger.onUpdated({
    record: async (trx, updated) => {
      await base.blocks.record(trx, updated);
      await orLog(log, () => notifications.notices.onUpdated(trx, updated));
    },
    tell: (updated) => {
      base.blocks.note(updated);
      bus.emit('container.updated', updated);
    },
  });
  const history = new History(db);
  const outputs = new Outputs({ db, commits, bus, clock, log });
  const gate = new Gate({ fleet: hosts, clock, timeZone: () => settings.document.timeZone });
  const turnstile = new Turnstile();
  const notifier = notifications.notices;
  const outlived = new OutlivedCalls({ fleet: hosts, ledger, history, turnstile, clock, log });
  const performer = new Performer({
    fleet: hosts,
    ledger,
    outputs,
    turnstile,
    outlived,
    gate,
    outbound,
    notifier,
    blocks: base.blocks,
    accountAt: base.registries.accountAt,
    clock,
  });
  const executor = new Executor({
    fleet: hosts,
    ledger,
    performer,
    restorer: new Restorer({ ledger, history }),
    outlived,
    clock,
  });
  const runs = new Runs({ ledger, history, executor, bus, clock, log });
  const retention = new Retention({
    db,
    clock,
    log,
    limits: () => settings.document,
    forgetActivity: (before) => auditor.forgetBefore(before),
  });
  const rehearsals = new Rehearsals({ fleet: hosts, clock, timeZone: () => settings.document.timeZone });
  return { ledger, history, outputs, runs, rehearsals, hand: new Hand({ runs, fleet: hosts, sight }), retention };
};

/** A fault in what tells of runs must not keep a run from ending; a disk that takes nothing does, and is tried again. */
const orLog = async (log: Logger, tell: () => Promise<void>): Promise<void> => {
  try {
    await tell();
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    log.error({ error }, 'what the end of a run means could not be queued to be told');
  }
};
