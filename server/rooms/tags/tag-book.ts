import type { Container, TagRule } from '../../../contract/index.ts';
import type { TagRow } from './store.ts';

/** A container names tags by this label, with commas between them. Only tags that exist count: they may carry rights. */
export const tagsLabel = 'chrontainer.tags';

/** A tag as it is held in memory. */
export interface KnownTag {
  id: number;
  name: string;
  color: string;
  rules: TagRule[];
}

/** What we wrote ourselves is trusted when it is read back. */
export const tagOfRow = ({ rules, ...row }: TagRow): KnownTag => ({ ...row, rules: JSON.parse(rules) as TagRule[] });

/** Which of the container's labels gives it the tag; null: none does. */
export const labelThatGives = (tag: KnownTag, labels: Container['labels']): string | null =>
  isNamed(tag.name, labels) ? tagsLabel : (tag.rules.find((rule) => fits(rule, labels))?.label ?? null);

const isNamed = (name: string, labels: Container['labels']): boolean =>
  Object.hasOwn(labels, tagsLabel) && (labels[tagsLabel] ?? '').split(',').some((one) => one.trim() === name);

const fits = ({ label, value }: TagRule, labels: Container['labels']): boolean =>
  Object.hasOwn(labels, label) && (value === undefined || labels[label] === value);
