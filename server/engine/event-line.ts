import { healthOf } from './container-fields.ts';
import { fieldsOf, isFields, textOf, textsOf } from './fields.ts';
import type { EngineEvent, EngineEventAction } from './types.ts';
import { engineEventActions } from './types.ts';

/** Podman's words for the same. */
const otherWords: Record<string, EngineEventAction> = { remove: 'destroy', died: 'die' };
const known = new Map<string, EngineEventAction>(engineEventActions.map((action) => [action, action]));

/**
 * Reads one line of `GET /events`; null for an event that changes nothing in the picture.
 * @throws SyntaxError when the line is not JSON
 */
export const readEventLine = (line: string): EngineEvent | null => {
  const event: unknown = JSON.parse(line);
  if (!isFields(event) || event['Type'] !== 'container') return null;
  const [word = '', detail] = textOf(event['Action']).split(': ');
  const action = known.get(word) ?? otherWords[word];
  if (action === undefined) return null;
  const actor = fieldsOf(event['Actor']);
  const attributes = textsOf(actor['Attributes']);
  return {
    action,
    containerId: textOf(actor['ID']),
    name: attributes['name'] ?? '',
    health: action === 'health_status' ? healthOf(detail ?? attributes['health_status']) : null,
    exitCode: action === 'die' ? exitCodeOf(attributes) : null,
    timeNano: nanosecondsIn(line),
    attributes,
  };
};

const exitCodeOf = (attributes: Record<string, string>): number | null => {
  const code = attributes['exitCode'] ?? attributes['containerExitCode'];
  return code !== undefined && /^-?\d+$/.test(code) ? Number(code) : null;
};

/** From the text, since the number has more digits than JSON.parse keeps. Within a text its quotes would be escaped. */
const nanosecondsIn = (line: string): bigint => BigInt(/"timeNano":\s*(\d+)/.exec(line)?.[1] ?? 0);
