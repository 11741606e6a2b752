import * as v from 'valibot';
import type { LabEngine } from './engine.ts';

const message = v.pipe(
  v.object({
    Action: v.string(),
    Actor: v.object({ ID: v.string(), Attributes: v.record(v.string(), v.string()) }),
    timeNano: v.number(),
  }),
  v.transform(({ Action, Actor, timeNano }) => ({
    action: Action,
    id: Actor.ID,
    name: Actor.Attributes['name'] ?? '',
    exitCode: Actor.Attributes['exitCode'],
    at: timeNano / 1e6,
  })),
);

/** One event of a container in the engine's own words, for example `restart`; `at` in epoch milliseconds. */
export type EngineEvent = v.InferOutput<typeof message>;

/** The container events from `sinceMs` (epoch milliseconds) until now. */
export const readEvents = async (request: LabEngine['request'], sinceMs: number): Promise<EngineEvent[]> => {
  const query = new URLSearchParams({
    since: (sinceMs / 1000).toFixed(3),
    // Rounded up: what has happened in this very millisecond is to be among them.
    until: ((Date.now() + 1) / 1000).toFixed(3),
    filters: JSON.stringify({ type: ['container'] }),
  });
  const { json } = await request('GET', `/events?${query}`);
  return lines(json).map(parseEvent);
};

/** Reads one line of the engine's event stream, parsed from JSON. */
export const parseEvent = (line: unknown): EngineEvent => v.parse(message, line);

/** The answer is one JSON value a line: with a single line, it is parsed already. */
const lines = (json: unknown): unknown[] => {
  if (json === null) return [];
  if (typeof json !== 'string') return [json];
  return json
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/**
 * An instant (epoch milliseconds) later than all that has happened: `Date.now()` rounds down, so that an event of the
 * same millisecond would count as one that came after it.
 */
export const afterAllSoFar = async (): Promise<number> => {
  const startedAt = Date.now();
  while (Date.now() <= startedAt) await new Promise((resolve) => setImmediate(resolve));
  return Date.now();
};
