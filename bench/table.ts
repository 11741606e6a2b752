import type { Row, Summary } from './figures.ts';

const headings = ['figure', 'unit', 'n', 'median', 'p99', 'floor', 'n', 'median', 'p99', 'ratio', 'goals'];

/**
 * The rows as a table for a terminal: ours, the floor beside it, how the medians relate, and below what each floor is.
 */
export const tableOf = (rows: readonly Row[]): string => {
  const floors = [...new Set(rows.flatMap(({ floorIs }) => floorIs ?? []))];
  const cells = [headings, ...rows.map((row) => cellsOf(row, floors))];
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', ...floors.map((floor, i) => `floor ${i + 1}: ${floor}`)].join('\n');
};

const isText = (column: number): boolean => column < 2 || column === headings.length - 1;

const cellsOf = ({ name, unit, ours, floor, floorIs, goals }: Row, floors: readonly string[]): string[] => [
  name,
  unit,
  ...three(ours),
  ...(floor && floorIs ? [String(floors.indexOf(floorIs) + 1), ...three(floor)] : ['', '', '', '']),
  floor && floor.median > 0 ? (ours.median / floor.median).toFixed(2) : '',
  (goals ?? []).map(({ says, isMet }) => `${isMet ? 'met' : 'MISSED'}: ${says}`).join('; '),
];

const three = ({ n, median, p99 }: Summary): string[] => [String(n), rounded(median), n > 1 ? rounded(p99) : ''];

/** Three digits, and never fewer than stand before the point. */
const rounded = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
};
