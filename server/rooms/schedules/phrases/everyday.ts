import { dayGroups, numberWords, weekdays } from './vocabulary.ts';

/**
 * Turns of speech, in lower case, as the readers of clauses know them: `half past seven` as 7:30, `every evening at 6` as
 * 6pm of every day, `every day except sunday` as the other six. What does not fit one of them is left as it is, and is
 * refused in its own words.
 */
export function inPlainWords(text: string): string {
  const plain = plainForms.reduce(
    (said, [form, plainly]) => said.replace(form, plainly),
    withDigits(text.toLowerCase()),
  );
  return withHalves(withoutExcepted(plain.replace(pastHour, asTime).replace(dottedDate, asDate)));
}

const plainForms: readonly [RegExp, string][] = [
  [/[’']/g, "'"],
  [/\bevery quarter(?: of an)? hour\b/, 'every 15 minutes'],
  [/\bhalf-hourly\b/, 'every 30 minutes'],
  [/\b(hourly|every hour) on the hour\b/, '$1'],
  [/(?:\bthe )?\bend of (?:the |every |each )?month\b/, 'last day of the month'],
  [/\b(\d{1,2}) ?o'clock\b/g, '$1:00'],
  [/\b(\d{1,2}:\d{2}) o'clock\b/g, '$1'],
  [/ @ ?(?=\d)/g, ' at '],
  // As systemd writes them.
  [/\b([a-z]{3,9})\.\.(?=[a-z])/, '$1-'],
];

const hourWords = [...numberWords].filter(([, hour]) => hour <= 12).map(([word]) => word);
const hourWord = new RegExp(
  `(?<=\\b(?:at|past|to) )(?:${hourWords.join('|')})\\b|\\b(?:${hourWords.join('|')})(?= (?:o['’]clock|in the)\\b)`,
  'g',
);
const withDigits = (text: string): string => text.replace(hourWord, (word) => String(numberWords.get(word)));

const pastHour = /\b(half|quarter|a quarter) (past|to) (\d{1,2})\b(?!:)/g;

/** `quarter to 8` is 7:45. */
function asTime(said: string, part: string, side: string, hourText: string): string {
  const hour = Number(hourText);
  if (hour > 23 || (part === 'half' && side === 'to')) return said;
  if (side === 'past') return `${hour}:${part === 'half' ? '30' : '15'}`;
  return `${hour === 0 ? 23 : hour - 1 || 12}:45`;
}

const dottedDate = /\b(\d{1,2})([./])(\d{1,2})\2(\d{4})\b/g;

/** `24.12.2026` and `12/24/2026`: only one of the two can be a month. */
function asDate(said: string, first: string, _dot: string, second: string, year: string): string {
  const [month, day] = Number(first) > 12 ? [second, first] : [first, second];
  const isClear = Number(month) <= 12 && (Number(day) > 12 || first === second);
  return isClear ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : said;
}

const exception =
  /\b(?:every day|each day|everyday|daily),? (?:except|but)(?: for)?(?: on)? ([a-z]+(?:(?:,| and|, and) [a-z]+)*)/;
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function withoutExcepted(text: string): string {
  return text.replace(exception, (said, names: string) => {
    const left = names.split(/,? and |, /).map((name) => dayGroups.get(name) ?? weekdays.get(name));
    if (left.includes(undefined)) return said;
    const days = dayNames.filter((_, day) => !left.flat().includes(day));
    return days.length > 0 ? days.join(',') : said;
  });
}

const partOfDay = /\b(?:(every|each|in the|at) (morning|afternoon|evening|night)s?|nightly)\b/;
const saidTime =
  /(?<![\d:-])(at |and |, ?)?(\d{1,2})(:\d{2})?( ?[ap]\.?m\b\.?)?(?![\d:]|-\d|st|nd|rd|th)( in the| at night)?/g;

/** The hours that each part of the day has. */
const hoursOf: Record<string, (hour: number) => boolean> = {
  morning: (hour) => hour >= 1 && hour < 12,
  afternoon: (hour) => hour >= 12 && hour < 19,
  evening: (hour) => hour >= 16,
  night: (hour) => hour < 6 || hour >= 18,
};

/** Says the half of the day of each time where a part of the day tells it; a time of another part changes nothing. */
function withHalves(text: string): string {
  const [said, lead, part = 'night'] = partOfDay.exec(text) ?? [];
  if (said === undefined) return text;
  const hours: (number | undefined)[] = [];
  const plain = text.replace(
    saidTime,
    (all: string, at?: string, hour?: string, minutes?: string, half?: string, behind?: string) => {
      if (!(at || minutes || half || behind)) return all;
      const meant = hourIn(part, Number(hour), half?.trim()[0]);
      hours.push(meant);
      return `${at ?? ''}${meant}${minutes ?? ':00'}${behind ?? ''}`;
    },
  );
  if (hours.length === 0 || hours.includes(undefined)) return text;
  return plain.replace(said, lead === 'in the' || lead === 'at' ? '' : 'every day').trim();
}

/** The hour of the day that is meant; undefined where that part of the day does not have it. */
function hourIn(part: string, hour: number, half: string | undefined): number | undefined {
  const both = hour === 0 || hour > 12 ? [hour] : [hour % 12, (hour % 12) + 12];
  const open = both.filter((one) => half === undefined || one < 12 === (half === 'a'));
  return open.find((one) => hoursOf[part]?.(one));
}
