import type { Container, Selector } from '../../../contract/index.ts';
import { isOnPassage, runLabel } from '../actions/index.ts';

/** A container by what stays the same when it is re-created. */
export interface Target {
  hostId: number;
  container: string;
}

/**
 * The containers that selectors mean now, each once, in the order of host and name. One that is named outright is
 * a target whether it exists or not: its absence is told when it is acted on. The container that runs this program
 * is left out unless it is named, and so are those that are the jobs of runs.
 */
export const resolveTargets = (selectors: readonly Selector[], containers: readonly Container[]): Target[] => {
  const found = new Map<string, Target>();
  const add = (target: Target) => found.set(`${target.hostId}/${target.container}`, target);
  for (const selector of selectors) {
    if ('container' in selector) {
      add({ hostId: selector.hostId, container: selector.container });
      continue;
    }
    for (const c of containers) {
      if (!c.isSelf && !Object.hasOwn(c.labels, runLabel) && !isOnPassage(c.name) && fits(selector, c))
        add({ hostId: c.hostId, container: c.name });
    }
  }
  return [...found.values()].sort((a, b) => a.hostId - b.hostId || (a.container < b.container ? -1 : 1));
};

const fits = (selector: Exclude<Selector, { container: string }>, c: Container): boolean => {
  if ('hostId' in selector && selector.hostId !== undefined && selector.hostId !== c.hostId) return false;
  if ('stack' in selector) {
    return c.stack === selector.stack && (selector.service === undefined || c.service === selector.service);
  }
  if ('tag' in selector) return c.tags.some((tag) => tag.name === selector.tag);
  if ('label' in selector) {
    if (!Object.hasOwn(c.labels, selector.label)) return false;
    return selector.value === undefined || c.labels[selector.label] === selector.value;
  }
  return 'all' in selector || matchesPattern(selector.namePattern, c.name);
};

/**
 * Whether a name fits a pattern in which `*` stands for any text and `?` for one character. One pass with a single
 * way back: no pattern, however hostile, takes more than length times length steps.
 */
export const matchesPattern = (pattern: string, name: string): boolean => {
  let p = 0;
  let n = 0;
  let star = -1;
  let resumeAt = 0;
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resumeAt = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
};
