import type { Cron } from './cron.ts';
import { dayWords } from './day-words.ts';
import { clockText, joined, listOf, neighbours, ordinal, stepAround, stepOf } from './word-lists.ts';

/**
 * A cron expression in English, for example `At 07:30, Monday to Friday`. It tells the values, not the way they were
 * written: `H` is told as what it stands for, and 0,15,30,45 as every 15 minutes.
 */
export function describeCron(cron: Cron): string {
  const time = timeWords(cron);
  const days = dayWords(cron);
  if (days !== '') return `${time}, ${days}`;
  return /^At \d/.test(time) ? `${time}, every day` : time;
}

/** More times of day than this are told as a rule. */
const mostListedTimes = 4;

function timeWords(cron: Cron): string {
  const { seconds, minutes, hours } = cron;
  if (seconds.length * minutes.length * hours.length <= mostListedTimes) return timeList(cron);
  if (seconds.length > 1 || seconds[0] !== 0) return secondWords(cron);
  return minutes.length === 1 ? hourlyWords(cron) : minuteWords(cron);
}

function timeList({ seconds, minutes, hours }: Cron): string {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => clockText(hour, minute, second))),
  );
  return `At ${joined(times)}`;
}

/** One minute in several hours. */
function hourlyWords(cron: Cron): string {
  const { hours } = cron;
  const [minute = 0] = cron.minutes;
  const step = neighbours(hours, 24) ? 1 : stepOf(hours);
  if (step === undefined) return timeList(cron);
  const every = step === 1 ? 'Every hour' : `Every ${step} hours`;
  if (stepAround(hours, 24) === undefined) return `${every} ${span(cron)}`;
  if (step === 1) return minute === 0 ? every : `${every} at minute ${minute}`;
  return minute === 0 && hours[0] === 0 ? every : `${every} from ${clockText(hours[0] ?? 0, minute)}`;
}

function minuteWords(cron: Cron): string {
  const { minutes } = cron;
  const step = stepAround(minutes, 60);
  if (step === 1) return `Every minute${hourWords(cron)}`;
  if (step !== undefined) {
    const start = minutes[0] === 0 ? '' : ` from minute ${minutes[0]}`;
    return `Every ${step} minutes${start}${hourWords(cron)}`;
  }
  return `At minutes ${listOf(minutes)} of each hour${hourWords(cron)}`;
}

function secondWords(cron: Cron): string {
  const { seconds, minutes } = cron;
  const which = minutes.length === 60 ? '' : ` in ${whichMinutes(minutes)} of each hour`;
  return `${secondRule(seconds, which)}${which}${hourWords(cron)}`;
}

function whichMinutes(minutes: readonly number[]): string {
  const step = stepAround(minutes, 60);
  if (step === undefined || minutes.length < mostListedTimes) return plural('minute', minutes);
  return `every ${ordinal(step)} minute from minute ${minutes[0]}`;
}

function secondRule(seconds: readonly number[], which: string): string {
  const step = stepAround(seconds, 60);
  if (step === 1) return 'Every second';
  if (step !== undefined) return `Every ${step} seconds${seconds[0] === 0 ? '' : ` from second ${seconds[0]}`}`;
  return `At ${plural('second', seconds)}${which === '' ? ' of each minute' : ''}`;
}

/** The hours, when they are not all: a span of the day when they are neighbours. */
function hourWords(cron: Cron): string {
  const { hours } = cron;
  if (hours.length === 24) return '';
  if (neighbours(hours, 24)) return ` ${span(cron)}`;
  return `, in the hours ${listOf(hours)}`;
}

/** `from 09:00 to 17:45`: the first and the last due time of the day. */
function span({ minutes, hours }: Cron): string {
  const { first, last } = neighbours(hours, 24) ?? { first: hours[0] ?? 0, last: hours.at(-1) ?? 0 };
  return `from ${clockText(first, minutes[0] ?? 0)} to ${clockText(last, minutes.at(-1) ?? 0)}`;
}

function plural(unit: string, values: readonly number[]): string {
  return `${unit}${values.length === 1 ? '' : 's'} ${listOf(values)}`;
}
