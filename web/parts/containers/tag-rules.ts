import type { Container } from '../../../contract/containers.ts';
import type { TagRule } from '../../../contract/tags.ts';

/** A rule as it is written in a form. */
export interface RuleDraft {
  label: string;
  /** Null: any value counts. The empty text is a value of its own, which only the API can set. */
  value: string | null;
}

export function draftOf({ label, value }: TagRule): RuleDraft {
  return { label, value: value ?? null };
}

/** What is sent; a line that says nothing is none. */
export function rulesOf(drafts: readonly RuleDraft[]): TagRule[] {
  return drafts
    .filter((draft) => !isBlank(draft))
    .map(({ label, value }) => (value === null ? { label } : { label, value }));
}

/** Which line of the form each sent rule stands in: the server names rules by their place in what was sent. */
export function placesOf(drafts: readonly RuleDraft[]): number[] {
  return drafts.flatMap((draft, index) => (isBlank(draft) ? [] : [index]));
}

/** The containers whose labels fulfil the rule, by name. The server decides the same way: see docs/guide/containers.md. */
export function reachedBy({ label, value }: RuleDraft, containers: readonly Container[]): Container[] {
  const wanted = label.trim();
  return containers
    .filter(({ labels }) => Object.hasOwn(labels, wanted) && (value === null || labels[wanted] === value))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** `tier=media`, or `tier` where any value counts. */
export function ruleText({ label, value }: TagRule): string {
  return value === undefined ? label : `${label}=${value}`;
}

/** What can be proposed: every label that there is, or every value of one. */
export function labelNames(containers: readonly Container[]): string[] {
  return [...new Set(containers.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** The values that the containers have for a label. */
export function labelValues(label: string, containers: readonly Container[]): string[] {
  const values = reachedBy({ label, value: null }, containers).map(({ labels }) => labels[label.trim()] ?? '');
  return [...new Set(values)].filter((value) => value !== '').sort();
}

function isBlank({ label, value }: RuleDraft): boolean {
  return label.trim() === '' && (value ?? '').trim() === '';
}
