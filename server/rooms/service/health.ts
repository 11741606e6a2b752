import { sql } from 'kysely';
import type { HealthAnswer } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';

export type CheckResult = HealthAnswer['checks'][string];

/** One thing that the program's health rests on. Its message needs no sign-in, so it names no host and no secret. */
export interface HealthCheck {
  name: string;
  check(): CheckResult | Promise<CheckResult>;
}

/** Whether the program can do its work. */
export class Health {
  readonly #parts: { clock: Clock; log: Logger; version: string; checks: readonly HealthCheck[] };
  readonly #startedAt: number;

  constructor(parts: { clock: Clock; log: Logger; version: string; checks: readonly HealthCheck[] }) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  async ask(): Promise<HealthAnswer> {
    const { checks, version } = this.#parts;
    const results = await Promise.all(checks.map(async (one) => [one.name, await this.#askOne(one)] as const));
    const has = (status: CheckResult['status']) => results.some(([, result]) => result.status === status);
    return {
      status: has('failed') ? 'unavailable' : has('degraded') ? 'degraded' : 'ok',
      version,
      startedAt: new Date(this.#startedAt).toISOString(),
      checks: Object.fromEntries(results),
    };
  }

  /** A check that throws has failed; why is for the log. */
  async #askOne(one: HealthCheck): Promise<CheckResult> {
    try {
      return await one.check();
    } catch (error) {
      this.#parts.log.error({ error, check: one.name }, 'a health check failed');
      return { status: 'failed', message: `${one.name} does not work; the log says why` };
    }
  }
}

/** Anybody may ask for the health, and each write waits for the disk: an answer holds for so long. */
const probeEveryMs = 10_000;

/** Proves that the database takes writes, by writing: a full or read-only disk shows only then. */
export const databaseCheck = (db: Database, clock: Clock): HealthCheck => {
  let provenAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'database',
    check: async () => {
      if (clock.monotonic() - provenAt >= probeEveryMs) {
        await writeProbe(db, clock.now());
        provenAt = clock.monotonic();
      }
      return { status: 'ok' };
    },
  };
};

const writeProbe = async (db: Database, at: number): Promise<void> => {
  await sql`INSERT INTO settings (key, value, updated_at) VALUES ('service.probe', 'null', ${at})
    ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at`.execute(db);
};
