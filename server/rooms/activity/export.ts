import type { Activity, Change } from '../../../contract/index.ts';

const columns = [
  'id',
  'at',
  'actorKind',
  'actor',
  'address',
  'action',
  'target',
  'result',
  'message',
  'changes',
] as const;

/** One line of JSON for each line of the log. */
export const toNdjson = (lines: readonly Activity[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** RFC 4180, with a head. */
export const toCsv = (lines: readonly Activity[]): string =>
  [columns, ...lines.map(cellsOf)]
    .map((cells) => `${cells.map((cell) => quote(String(cell ?? ''))).join(',')}\r\n`)
    .join('');

const cellsOf = ({ id, at, actor, action, target, result, message, changes }: Activity) => [
  ...[id, at, actor.kind, actor.name, actor.address],
  ...[action, target, result, message, changes && wordsOf(changes)],
];

/** `field: before → after`, with semicolons between. */
const wordsOf = (changes: readonly Change[]): string =>
  changes.map(({ field, before, after }) => `${field}: ${before ?? '–'} → ${after ?? '–'}`).join('; ');

/** A cell that a spreadsheet would take for a formula is made text: names come from outside. */
const quote = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
};
