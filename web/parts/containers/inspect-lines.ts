/** A line of a document, and whether lines before it were left out. */
export interface ShownLine {
  number: number;
  text: string;
  isAfterGap: boolean;
}

/** So many lines stand around a hit. */
const around = 2;

/** The lines of a document in which something is found, each with its neighbours and the heads that it stands under. */
export function linesAround(text: string, needle: string): { lines: ShownLine[]; hits: number } {
  const all = text === '' ? [] : text.split('\n');
  const wanted = needle.trim().toLowerCase();
  if (wanted === '') return { lines: all.map((line, number) => ({ number, text: line, isAfterGap: false })), hits: 0 };
  const hits = all.flatMap((line, number) => (line.toLowerCase().includes(wanted) ? [number] : []));
  const shown = new Set<number>();
  for (const hit of hits) {
    for (let n = Math.max(0, hit - around); n <= Math.min(all.length - 1, hit + around); n += 1) shown.add(n);
    for (const head of headsOf(all, hit)) shown.add(head);
  }
  let last = -1;
  const lines = [...shown]
    .sort((a, b) => a - b)
    .map((number) => {
      const isAfterGap = number !== last + 1;
      last = number;
      return { number, text: all[number] ?? '', isAfterGap };
    });
  return { lines, hits: hits.length };
}

/** The lines above that are indented less, each less than the one below: what the line belongs to. */
function headsOf(all: readonly string[], at: number): number[] {
  const heads: number[] = [];
  let indent = indentOf(all[at] ?? '');
  for (let n = at - 1; n >= 0 && indent > 0; n -= 1) {
    const own = indentOf(all[n] ?? '');
    if (own >= indent) continue;
    heads.push(n);
    indent = own;
  }
  return heads;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
