import { monthNames, weekdayNames } from '../cron/names.ts';

/** What a rule may be repeated by, or an instant be away. */
export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const spelled = <T>(entries: readonly [words: string, meaning: T][]): ReadonlyMap<string, T> =>
  new Map(entries.flatMap(([words, meaning]) => words.split(' ').map((word): [string, T] => [word, meaning])));

/** Sunday is 0, as in cron. */
export const weekdays = spelled<number>([
  ...weekdayNames.slice(0, 7).map((name, weekday): [string, number] => {
    const word = name.toLowerCase();
    return [`${word} ${word}s ${word.slice(0, 3)}`, weekday];
  }),
  ['tues', 2],
  ['weds', 3],
  ['thur thurs', 4],
]);

/** January is 1. `sec` stays a second. */
export const months = spelled<number>([
  ...monthNames.slice(1).map((name, i): [string, number] => {
    const word = name.toLowerCase();
    return [`${word} ${word.slice(0, 3)}`, i + 1];
  }),
  ['sept', 9],
]);

export const units = spelled<Unit>([
  ['s sec secs second seconds', 'second'],
  ['m min mins minute minutes', 'minute'],
  ['h hr hrs hour hours', 'hour'],
  ['d day days', 'day'],
  ['w week weeks', 'week'],
  ['month months', 'month'],
  ['quarter quarters', 'quarter'],
  ['year years', 'year'],
]);

/** Words that stand for a period by themselves. */
export const periodWords = spelled<Unit>([
  ['hourly', 'hour'],
  ['daily', 'day'],
  ['weekly', 'week'],
  ['monthly', 'month'],
  ['quarterly', 'quarter'],
  ['yearly annually', 'year'],
]);

/** Groups of days, by their weekdays. */
export const dayGroups = spelled<readonly number[]>([
  ['weekday weekdays workday workdays', [1, 2, 3, 4, 5]],
  ['weekend weekends', [6, 0]],
]);

/** `second` is also a unit: the reader of each clause decides. */
export const ordinalWords = spelled<number>([
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['fifth', 5],
]);

export const numberWords = spelled<number>([
  ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'].map(
    (word, i): [string, number] => [word, i + 1],
  ),
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
]);

/** Words with one meaning here, by the one that the readers look for. */
export const synonyms = spelled<string>([
  ['each per', 'every'],
  ['until till til through thru', 'to'],
  ['midday', 'noon'],
  ['everyday', 'daily'],
]);
