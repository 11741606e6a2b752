import type { NotificationRule, QuietTime, ShownRule } from '../../../contract/notifications.ts';
import { list, t } from '../../text/t.ts';
import { duration } from '../../time/relative.ts';
import { capital, eventWords } from './events.ts';
import type { Names } from './places-draft.ts';
import { placeWords } from './places-draft.ts';

/** What it tells, and of what: `Failed runs and missed runs, on nas`. */
export function toldWords(rule: NotificationRule, names: Names): string {
  const severities = rule.severities.map((one) => t(`severityName.${one}`));
  const parts = [
    capital(eventWords(rule.events)),
    placeWords(rule, names),
    severities.length > 0 ? t('rules.onlySeverities', { what: list(severities) }) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Whether all of its hosts, or all of its schedules, are gone, so that it tells nothing any more. */
export function namesOnlyGone({ hosts, schedules, gone }: ShownRule): boolean {
  const isGone = (named: number[], lost: number[]) => named.length > 0 && lost.length === named.length;
  return isGone(hosts, gone.hosts) || isGone(schedules, gone.schedules);
}

/** How it tells, where that is not the usual: quiet times, digest, repeats. */
export function mannerWords(rule: NotificationRule): string[] {
  const loud = rule.loudSeverities.map((one) => t(`severityName.${one}`));
  const quiet = list(rule.quietTimes.map(quietWords));
  return [
    rule.digest === 'none' ? '' : t(`rules.digest.${rule.digest}`),
    quiet === ''
      ? ''
      : t('rules.quiet', { when: quiet }) + (loud.length > 0 ? t('rules.butLoud', { what: list(loud) }) : ''),
    rule.onlyChanges ? '' : t('rules.everyTime'),
    rule.foldMs === 600_000 ? '' : foldWords(rule.foldMs),
    rule.template ? t('rules.ownWords') : '',
  ].filter(Boolean);
}

/** `22:00–07:00`, `Sa and Su 00:00–10:00`. */
export function quietWords({ days = [], from, to }: QuietTime): string {
  const span = `${from}–${to}`;
  return days.length === 0 || days.length === 7 ? span : `${list(days.map((day) => t(`weekdayShort.${day}`)))} ${span}`;
}

function foldWords(ms: number): string {
  return ms === 0 ? t('rules.noFold') : t('rules.fold', { span: duration(ms) });
}
