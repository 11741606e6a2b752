import type { EngineFacts } from '../../contract/index.ts';
import type { Fields } from './fields.ts';
import { textOf } from './fields.ts';

type MachineFacts = Pick<EngineFacts, 'distribution' | 'cpus' | 'memoryBytes' | 'storageDriver' | 'clockOffsetMs'>;

/** What `/info` says of the machine; empty where nobody answered. */
export const machineFacts = (info: Fields, sentAtMs: number, answeredAtMs: number): MachineFacts => ({
  distribution: textOf(info['OperatingSystem']) || null,
  cpus: countOf(info['NCPU']),
  memoryBytes: countOf(info['MemTotal']),
  storageDriver: textOf(info['Driver']) || null,
  clockOffsetMs: offsetOf(textOf(info['SystemTime']), sentAtMs, answeredAtMs),
});

const countOf = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null);

/**
 * The engine looks at its clock somewhere between question and answer: what lies within that time is no difference.
 */
const offsetOf = (systemTime: string, sentAtMs: number, answeredAtMs: number): number | null => {
  const at = Date.parse(systemTime);
  if (Number.isNaN(at)) return null;
  if (at < sentAtMs) return at - sentAtMs;
  return at > answeredAtMs ? at - answeredAtMs : 0;
};
