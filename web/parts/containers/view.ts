import type { Container } from '../../../contract/containers.ts';
import { attentionRank, stateWords } from './state-words.ts';

export const groupings = ['stack', 'host', 'tag', 'none'] as const;
export type Grouping = (typeof groupings)[number];
export type StateFilter = '' | 'running' | 'stopped' | 'paused' | 'trouble' | 'update';
export type SortKey = 'name' | 'state' | 'image' | 'host' | 'stack' | 'next';

/** How the list of containers is shown. It lives in the URL, so that Back, links and reloads keep it. */
export interface View {
  q: string;
  host: number | null;
  state: StateFilter;
  stack: string;
  tag: string;
  group: Grouping;
  sort: SortKey;
  isDescending: boolean;
}

export const stateFilters: StateFilter[] = ['', 'running', 'stopped', 'paused', 'trouble', 'update'];
const sortKeys: SortKey[] = ['name', 'state', 'image', 'host', 'stack', 'next'];

/** Reads the query; what it does not know counts as not given. */
export function viewFrom(query: URLSearchParams): View {
  const sort = query.get('sort') ?? '';
  const host = Number(query.get('host'));
  return {
    q: query.get('q') ?? '',
    host: Number.isInteger(host) && host > 0 ? host : null,
    state: oneOf(stateFilters, query.get('state'), ''),
    stack: query.get('stack') ?? '',
    tag: query.get('tag') ?? '',
    group: oneOf(groupings, query.get('group'), 'stack'),
    sort: oneOf(sortKeys, sort.replace(/^-/, ''), 'name'),
    isDescending: sort.startsWith('-'),
  };
}

/** The query of a change; what is the default stays out of the address. */
export function queryOf(change: Partial<View>): Record<string, string | null> {
  const query: Record<string, string | null> = {};
  const { q, host, state, stack, tag, group, sort, isDescending } = change;
  const put = (key: string, value: string | undefined, usual: string) => {
    if (value !== undefined) query[key] = value === usual ? null : value;
  };
  put('q', q, '');
  put('host', host === null ? '' : host?.toString(), '');
  put('state', state, '');
  put('stack', stack, '');
  put('tag', tag, '');
  put('group', group, 'stack');
  put('sort', sort && `${isDescending ? '-' : ''}${sort}`, 'name');
  return query;
}

export interface ViewFacts {
  hostName: (id: number) => string;
  /** When something is planned for the container, in milliseconds. */
  nextAt: (container: Container) => number | null;
}

/** The containers that the view shows, in its order. */
export function visible(containers: Container[], view: View, facts: ViewFacts): Container[] {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = containers.filter((container) => isShown(container, view) && hasWords(container, words, facts));
  const sign = view.isDescending ? -1 : 1;
  return shown.sort((a, b) => sign * compare(a, b, view.sort, facts) || a.name.localeCompare(b.name));
}

export interface Group {
  key: string;
  title: string;
  /** Of a tag. */
  color?: string;
  items: Container[];
}

/** Containers in groups, the nameless group last. With several tags a container is in the group of each. */
export function grouped(containers: Container[], view: View, facts: ViewFacts): Group[] {
  if (view.group === 'none') return [{ key: '', title: '', items: containers }];
  const groups = new Map<string, Group>();
  for (const container of containers) {
    for (const named of groupsOf(container, view, facts)) {
      const group = groups.get(named.key) ?? { ...named, items: [] };
      group.items.push(container);
      groups.set(named.key, group);
    }
  }
  return [...groups.values()].sort(
    (a, b) => Number(a.title === '') - Number(b.title === '') || a.title.localeCompare(b.title),
  );
}

type Named = Omit<Group, 'items'>;
const nameless: Named = { key: '', title: '' };

function groupsOf(container: Container, view: View, facts: ViewFacts): Named[] {
  if (view.group === 'tag') {
    const tags = container.tags.filter(({ name }) => view.tag === '' || view.tag === name);
    return tags.length === 0 ? [nameless] : tags.map(({ name, color }) => ({ key: name, title: name, color }));
  }
  const host = facts.hostName(container.hostId);
  if (view.group === 'host') return [{ key: String(container.hostId), title: host }];
  if (container.stack === null) return [nameless];
  return [{ key: `${container.stack}/${container.hostId}`, title: `${container.stack} · ${host}` }];
}

function isShown(container: Container, view: View): boolean {
  if (view.host !== null && container.hostId !== view.host) return false;
  if (view.stack !== '' && container.stack !== view.stack) return false;
  if (view.tag !== '' && !container.tags.some(({ name }) => name === view.tag)) return false;
  switch (view.state) {
    case '':
      return true;
    case 'trouble':
      return container.stale || stateWords(container, 0).mark === 'failed' || container.state === 'restarting';
    case 'update':
      return container.updateAvailable === true;
    case 'stopped':
      return ['exited', 'created', 'dead'].includes(container.state);
    default:
      return container.state === view.state;
  }
}

function hasWords(container: Container, words: string[], facts: ViewFacts): boolean {
  if (words.length === 0) return true;
  const { name, image, stack, hostId, state, health, tags } = container;
  const text = [name, image, stack, facts.hostName(hostId), state, health, ...tags.map((tag) => tag.name)]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function compare(a: Container, b: Container, key: SortKey, facts: ViewFacts): number {
  switch (key) {
    case 'name':
      return a.name.localeCompare(b.name);
    case 'state':
      return attentionRank(a) - attentionRank(b);
    case 'image':
      return a.image.localeCompare(b.image);
    case 'host':
      return facts.hostName(a.hostId).localeCompare(facts.hostName(b.hostId));
    case 'stack':
      return (a.stack ?? '\uffff').localeCompare(b.stack ?? '\uffff');
    case 'next':
      return (facts.nextAt(a) ?? Number.MAX_SAFE_INTEGER) - (facts.nextAt(b) ?? Number.MAX_SAFE_INTEGER);
  }
}

function oneOf<T extends string>(known: readonly T[], value: string | null, otherwise: T): T {
  return known.find((one) => one === value) ?? otherwise;
}
