/** A line of an indented document, with what stands folded under it. */
export interface Fold {
  number: number;
  text: string;
  inner: Fold[];
  /** The line that closes it; null for a line that holds nothing. */
  end: string | null;
}

/** The objects and lists of indented JSON, each under the line that opens it. Values that hold nothing stay one line. */
export function foldsOf(text: string): Fold[] {
  const root: Fold[] = [];
  const open: Fold[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    if (/^\s*[}\]],?$/.test(line)) {
      const closed = open.pop();
      if (closed) closed.end = line;
      continue;
    }
    const fold: Fold = { number, text: line, inner: [], end: null };
    (open.at(-1)?.inner ?? root).push(fold);
    // A text would end with its quotation mark.
    if (/[{[]$/.test(line)) open.push(fold);
  }
  return root;
}
