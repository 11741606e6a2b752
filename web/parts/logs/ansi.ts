/** The eight colours that terminals have had from the beginning. */
export const ansiColors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
export type AnsiColor = (typeof ansiColors)[number];

/** A piece of a line in one look. It becomes text of an element, never markup. */
export interface Span {
  text: string;
  color: AnsiColor | null;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
  /** Written on a ground of its own; which one does not matter for reading. */
  isMarked: boolean;
}
type Look = Omit<Span, 'text'>;

const plain: Look = {
  color: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isMarked: false,
};

/** What orders a terminal about: colours and other CSI, OSC with its end, and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
const orders = /\u001b\[([0-9:;<=>?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is removed
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
/** Letters that turn the direction of what follows could show another text than was written. */
const turns = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of a log as pieces of one look each. Orders that do not colour are left out. */
export function spansOf(line: string): Span[] {
  if (!line.includes('\u001b')) return spanOf(line, plain);
  const spans: Span[] = [];
  let look = plain;
  let from = 0;
  for (const order of line.matchAll(orders)) {
    spans.push(...spanOf(line.slice(from, order.index), look));
    from = order.index + order[0].length;
    if (order[2] === 'm') look = lookAfter(look, order[1] ?? '');
  }
  spans.push(...spanOf(line.slice(from), look));
  return spans;
}

/** The text alone. */
export function textOf(line: string): string {
  return readable(line.includes('\u001b') ? line.replaceAll(orders, '') : line);
}

function spanOf(text: string, look: Look): Span[] {
  const shown = readable(text);
  return shown === '' ? [] : [{ text: shown, ...look }];
}

function readable(text: string): string {
  return text.replaceAll(controls, '').replaceAll(turns, '\ufffd');
}

/** The look after an order such as `1;31`. */
function lookAfter(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { color, length } = extended(codes.slice(i + 1));
      look = code === 38 ? { ...look, color } : { ...look, isMarked: true };
      i += length;
    } else look = afterCode(look, code);
  }
  return look;
}

const switches: Record<number, Partial<Look>> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isMarked: true },
  22: { isBold: false, isDim: false },
  23: { isItalic: false },
  24: { isUnderlined: false },
  27: { isMarked: false },
  39: { color: null },
  49: { isMarked: false },
};

function afterCode(look: Look, code: number): Look {
  if (code === 0) return plain;
  if (code >= 30 && code <= 37) return { ...look, color: ansiColors[code - 30] ?? null };
  if (code >= 90 && code <= 97) return { ...look, color: ansiColors[code - 90] ?? null };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...look, isMarked: true };
  return { ...look, ...switches[code] };
}

/** `5;n` of 256 colours, or `2;r;g;b`: the nearest of the eight, since those are readable on any ground. */
function extended(codes: number[]): { color: AnsiColor | null; length: number } {
  const [kind, first = 0, second = 0, third = 0] = codes;
  if (kind === 5) return { color: ofPalette(first), length: 2 };
  if (kind === 2) return { color: nearest(first, second, third), length: 4 };
  return { color: null, length: 0 };
}

function ofPalette(index: number): AnsiColor | null {
  if (index < 16) return ansiColors[index % 8] ?? null;
  if (index >= 232) return null;
  const step = (n: number) => (n % 6) * 51;
  const cube = index - 16;
  return nearest(step(Math.floor(cube / 36)), step(Math.floor(cube / 6)), step(cube));
}

/** Greys are the colour of text; of others each part counts that is at least half of the strongest. */
function nearest(red: number, green: number, blue: number): AnsiColor | null {
  const strongest = Math.max(red, green, blue);
  if (strongest - Math.min(red, green, blue) < 40) return null;
  const bit = (part: number, value: number) => (part * 2 >= strongest ? value : 0);
  return ansiColors[bit(red, 1) + bit(green, 2) + bit(blue, 4)] ?? null;
}
