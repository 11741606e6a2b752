import { activity } from '../../../contract/activity.ts';
import { actor } from '../../../contract/common.ts';
import type { Query } from '../../router/match.ts';
import en from '../../text/en.json' with { type: 'json' };
import { activityWords } from './activity-words.ts';

/** What the activity log can be narrowed to, each as it stands in the URL. */
export const filterKeys = ['q', 'actor', 'actorKind', 'action', 'result', 'from', 'to'] as const;
export type ActivityFilter = Record<(typeof filterKeys)[number], string>;

export const actorKinds = actor.entries.kind.options;
export const results = activity.entries.result.options;

/** Every kind of activity that has words, sorted by them. */
export const actions: { value: string; label: string }[] = Object.keys(en)
  .filter((key) => key.startsWith('did.'))
  .map((key) => key.slice('did.'.length))
  .map((value) => ({ value, label: activityWords(value) }))
  .sort((a, b) => a.label.localeCompare(b.label));

/** The filter of an address. What an address may hold and the server would refuse is no filter. */
export function filterFrom(query: URLSearchParams): ActivityFilter {
  const get = (key: string) => query.get(key) ?? '';
  const instant = (key: string) => (Number.isNaN(Date.parse(get(key))) ? '' : new Date(get(key)).toISOString());
  return {
    q: get('q'),
    actor: get('actor'),
    actorKind: actorKinds.find((one) => one === get('actorKind')) ?? '',
    action: get('action'),
    result: results.find((one) => one === get('result')) ?? '',
    from: instant('from'),
    to: instant('to'),
  };
}

export function isFiltered(filter: ActivityFilter): boolean {
  return filterKeys.some((key) => filter[key] !== '');
}

/** For the list and for the export alike. */
export function queryOf(filter: ActivityFilter): Query {
  return { ...filter };
}
