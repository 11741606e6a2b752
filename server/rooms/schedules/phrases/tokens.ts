import { numberWords, synonyms } from './vocabulary.ts';

/** A time of day; hour 24 is the end of the day, which only a span may name. */
export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

interface Place {
  /** Where it stands in the text. */
  readonly start: number;
}

/** The smallest parts of a phrase. */
export type Token = Place &
  (
    | { readonly kind: 'word'; readonly word: string }
    | { readonly kind: 'number'; readonly value: number; readonly isShort: boolean }
    | { readonly kind: 'ordinal'; readonly value: number }
    | { readonly kind: 'time'; readonly time: ClockTime; readonly hasHalf: boolean }
    /** `:15`, a minute of each hour. */
    | { readonly kind: 'minute'; readonly value: number }
    | { readonly kind: 'date'; readonly text: string }
    /** What no phrase holds, or a time or date that does not exist. */
    | { readonly kind: 'unknown' }
  );

/** Every alternative begins with another character or ends at a bounded length: the whole is read in linear time. */
const lexeme = new RegExp(
  [
    '(?<space>\\s+)',
    '(?<date>\\d{4}-\\d{2}-\\d{2})(?:t(?=\\d))?',
    '(?<hour12>\\d{1,2})(?::(?<minute12>\\d{2})(?::(?<second12>\\d{2}))?)?\\s*(?<half>[ap])\\.?m(?![a-z])\\.?',
    '(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?(?![\\d:])',
    ':(?<past>[0-5]\\d)(?![\\d:])',
    '(?<ordinal>\\d{1,2})(?:st|nd|rd|th)(?![a-z])',
    '(?<number>\\d{1,9})(?![\\d:./])',
    '(?<word>[a-z]+)\\.?',
    '(?<list>[,;&+])',
    '(?<dash>[-–—])',
    '(?<other>[^])',
  ].join('|'),
  'gy',
);

/** The tokens of a text in lower case. Never throws: what is unknown is a token as well. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(lexeme)) {
    const groups = match.groups ?? {};
    if (groups['space'] === undefined) tokens.push(tokenOf(groups, match.index));
  }
  return tokens;
}

type Groups = Record<string, string | undefined>;

function tokenOf(groups: Groups, start: number): Token {
  const { date, past, ordinal, number, word, list, dash } = groups;
  if (word !== undefined) return wordToken(word, start);
  if (list !== undefined) return { kind: 'word', word: 'and', start };
  if (dash !== undefined) return { kind: 'word', word: 'to', start };
  if (number !== undefined) return { kind: 'number', value: Number(number), isShort: number.length < 3, start };
  if (ordinal !== undefined) return { kind: 'ordinal', value: Number(ordinal), start };
  if (past !== undefined) return { kind: 'minute', value: Number(past), start };
  if (date !== undefined) return { kind: 'date', text: date, start };
  return timeToken(groups, start);
}

function wordToken(word: string, start: number): Token {
  const value = numberWords.get(word);
  if (value !== undefined) return { kind: 'number', value, isShort: true, start };
  return { kind: 'word', word: synonyms.get(word) ?? word, start };
}

function timeToken(groups: Groups, start: number): Token {
  const { hour12, minute12, second12, half, hour, minute, second } = groups;
  const time =
    half === undefined ? clock(hour, minute, second) : clock(halfDayHour(Number(hour12), half), minute12, second12);
  return time ? { kind: 'time', time, hasHalf: half !== undefined, start } : { kind: 'unknown', start };
}

/** 12 am is midnight, 12 pm noon. NaN for an hour that the half day does not have. */
function halfDayHour(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

function clock(hourText: unknown, minuteText = '0', secondText = '0'): ClockTime | undefined {
  const time = { hour: Number(hourText), minute: Number(minuteText), second: Number(secondText) };
  const isEnd = time.hour === 24 && time.minute === 0 && time.second === 0;
  return isEnd || (time.hour < 24 && time.minute < 60 && time.second < 60) ? time : undefined;
}
