import type { StatementSync } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import type { Trigger } from '../../contract/index.ts';
import type { Box, BoxAction } from './box.ts';
import type { Effect, EngineListener } from './scripted-engine.ts';
import type { WorldTime } from './world-time.ts';

/** A rule of a schedule and the time it was in force: its slots lie in (fromMs, toMs]. */
export interface Rule {
  trigger: Trigger;
  isEnabled: boolean;
  startsAt: number | null;
  endsAt: number | null;
  fromMs: number;
  /** Null while it is in force. */
  toMs: number | null;
}

/** An action of the engine, and the attempt in the ledger that it belongs to. */
export interface WitnessedEffect extends Effect {
  /** The attempt's run, step, target and number; null where the ledger had none. */
  attempt: string | null;
  /** One attempt of a restore may be several actions, and the same once more where the engine had not done it. */
  isRestore: boolean;
}

interface Known {
  revision: number;
  cursor: number;
  isDeleted: boolean;
}

/** A row of the program's database, as it is. */
export type Row = Record<string, unknown>;
const numberOf = (value: unknown): number => Number(value);
const nullableOf = (value: unknown): number | null => (value === null ? null : Number(value));

/**
 * Watches from outside: at each action of the engine it reads what of it was on the disk before, and at each commit
 * what the rules and the cursors are. It shares no code with what it watches.
 */
export class Witness implements EngineListener {
  readonly faults: string[] = [];
  /** What happened, line by line: for one who looks into a seed. */
  readonly story: string[] = [];
  readonly effects: WitnessedEffect[] = [];
  readonly rules = new Map<number, Rule[]>();
  readonly #file: DatabaseSync;
  readonly #time: WorldTime;
  readonly #known = new Map<number, Known>();
  /** It asks the same few questions at each of thousands of commits. */
  readonly #prepared = new Map<string, StatementSync>();

  constructor(file: string, time: WorldTime) {
    this.#file = new DatabaseSync(file, { readOnly: true });
    this.#time = time;
  }

  rows(sql: string, ...values: (string | number)[]): Row[] {
    const statement = this.#prepared.get(sql) ?? this.#file.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement.all(...values);
  }

  /** The container that a row of a target or of an attempt is about. */
  containerOf({ run_id: run, step, position }: Row): string {
    const where = 'run_id = ? AND step = ? AND position = ?';
    const [row] = this.rows(
      `SELECT container FROM run_targets WHERE ${where}`,
      String(run),
      numberOf(step),
      numberOf(position),
    );
    return String(row?.container);
  }

  close(): void {
    this.#file.close();
  }

  tell(text: string): void {
    const wall = new Date(this.#time.now()).toISOString().slice(11, 23);
    this.story.push(`${(this.#time.monotonic() / 1000).toFixed(3).padStart(10)} ${wall} ${text}`);
  }

  blame(text: string): void {
    this.tell(`!! ${text}`);
    this.faults.push(text);
  }

  /** The engine was asked for an action: exactly one open attempt must have been on the disk before. */
  acted(box: Box, action: BoxAction): WitnessedEffect {
    const rows = this.rows(
      `SELECT run_id, step, position, attempt, action FROM attempts JOIN run_targets USING (run_id, step, position)
       WHERE container = ? AND action IN (?, 'restore') AND phase = 'dispatched'`,
      box.name,
      action,
    );
    const open = rows.map(attemptKey);
    const restores = new Set(rows.filter((row) => row.action === 'restore').map(attemptKey));
    const isUsed = (key: string) => !restores.has(key) && this.effects.some((effect) => effect.attempt === key);
    const [attempt = null, ...more] = open.filter((key) => !isUsed(key));
    if (attempt === null) this.blame(`${action} of ${box.name} without an attempt on the disk (${open.join()})`);
    if (more.length > 0) this.blame(`${action} of ${box.name} with two open attempts: ${open.join()}`);
    if (attempt !== null) this.#checkDue(attempt);
    this.tell(`${action} ${box.name} asked for by ${attempt}`);
    const isRestore = attempt !== null && restores.has(attempt);
    const begun = { nowMs: this.#time.now(), isOver: false, hasChanged: false, state: box.state };
    const effect = { container: box.name, action, ...begun, attempt, isRestore };
    this.effects.push(effect);
    return effect;
  }

  ended(box: Box, action: BoxAction): void {
    this.tell(`${action} ${box.name} ended: ${box.state}`);
  }

  overlapped(box: Box, action: BoxAction): void {
    this.blame(`${action} of ${box.name} while ${box.busyWith} was under way`);
  }

  /** Something was committed. */
  committed = (): void => {
    const rows = this.rows(
      `SELECT id, revision, enabled, "trigger", starts_at, ends_at, evaluated_until, deleted_at FROM schedules`,
    );
    for (const row of rows) this.#look(row);
  };

  #checkDue(attempt: string): void {
    const [run] = this.rows('SELECT scheduled_for FROM runs WHERE id = ?', attempt.split('/')[0] ?? '');
    const dueMs = numberOf(run?.scheduled_for ?? 0);
    if (dueMs > this.#time.latestMs) this.blame(`${attempt} acted before it was due`);
  }

  #look(row: Row): void {
    const id = numberOf(row.id);
    const now = {
      revision: numberOf(row.revision),
      cursor: numberOf(row.evaluated_until),
      isDeleted: !!row.deleted_at,
    };
    const before = this.#known.get(id);
    this.#known.set(id, now);
    if (!before) {
      this.rules.set(id, [ruleOf(row, now.cursor)]);
      return;
    }
    if (now.cursor < before.cursor) this.blame(`the cursor of schedule ${id} moved back`);
    if (now.cursor > this.#time.latestMs) this.blame(`the cursor of schedule ${id} is in the future`);
    if (now.revision !== before.revision || now.isDeleted !== before.isDeleted) this.#turn(id, row, before, now);
  }

  /** An edit holds from its moment on; where the clock was set back, from where the cursor stands. */
  #turn(id: number, row: Row, before: Known, now: Known): void {
    const momentMs = Math.max(before.cursor, this.#time.now());
    if (!now.isDeleted && now.cursor !== momentMs) {
      this.blame(`revision ${now.revision} of schedule ${id} is anchored ${now.cursor - momentMs} ms off`);
    }
    const rules = this.rules.get(id) ?? [];
    const last = rules.at(-1);
    if (last) last.toMs ??= momentMs;
    if (!now.isDeleted) rules.push(ruleOf(row, momentMs));
  }
}

export const attemptKey = (row: Row): string => `${row.run_id}/${row.step}/${row.position}/${row.attempt}`;

const ruleOf = (row: Row, fromMs: number): Rule => ({
  trigger: JSON.parse(String(row.trigger)) as Trigger,
  isEnabled: row.enabled === 1,
  startsAt: nullableOf(row.starts_at),
  endsAt: nullableOf(row.ends_at),
  fromMs,
  toMs: null,
});
