import type { Container } from '../../../contract/index.ts';
import type { Engine, LogLine } from '../../engine/index.ts';

/** What is known of a container that is in trouble; nothing where its engine does not answer. */
export interface Evidence {
  exitCode: number | null;
  oomKilled: boolean;
  /** The last lines that it wrote. */
  lines: string[];
  /** What its last health probe said; null without one. */
  probe: string | null;
}

const shownLines = 10;
const longestLine = 500;
const logMs = 5_000;

export const noEvidence: Evidence = { exitCode: null, oomKilled: false, lines: [], probe: null };

/** Asks the engine, and comes back without what it does not tell in time. */
export const gather = async (engine: Engine, { id }: Pick<Container, 'id'>): Promise<Evidence> => {
  try {
    const [found, lines] = await Promise.all([engine.looks.details(id), lastLines(engine, id)]);
    const { exitCode, oomKilled, health } = found;
    const probe = health?.probes[0]?.output?.trim().slice(0, longestLine) ?? null;
    return { exitCode, oomKilled, probe: probe === '' ? null : probe, lines };
  } catch {
    // Gone meanwhile, or an engine in trouble itself: that something happened is told all the same.
    return noEvidence;
  }
};

const lastLines = async (engine: Engine, id: string): Promise<string[]> => {
  const found: LogLine[] = [];
  const range = { tail: shownLines, signal: AbortSignal.timeout(logMs) };
  for await (const { lines } of engine.logs.read(id, range)) found.push(...lines);
  return found.slice(-shownLines).map(({ text }) => text.slice(0, longestLine));
};
