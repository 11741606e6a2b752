import * as v from 'valibot';
import { name } from './common.ts';

/** By which label containers get a tag by themselves; without a value any value counts. */
export const tagRule = v.strictObject({
  label: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(255, 'must be at most 255 characters'),
  ),
  value: v.optional(v.pipe(v.string(), v.maxLength(1000, 'must be at most 1,000 characters'))),
});
export type TagRule = v.InferOutput<typeof tagRule>;

/** A comma separates tags in a label, so that no name may hold one. */
const tagName = v.pipe(name, v.regex(/^[^,]*$/, 'must not contain a comma'));
const color = v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #2f81d0'));

export const tag = v.object({
  id: v.number(),
  name: v.string(),
  color: v.string(),
  rules: v.array(tagRule),
  /** How many of the containers that the caller sees have it. */
  containers: v.number(),
});
export type Tag = v.InferOutput<typeof tag>;

const rules = v.pipe(v.array(tagRule), v.maxLength(20, 'must be at most 20 rules'));
export const tagInput = v.strictObject({
  name: tagName,
  color: v.optional(color, '#5b7083'),
  rules: v.optional(rules, []),
});
export type TagInput = v.InferOutput<typeof tagInput>;

export const tagPatch = v.strictObject({
  name: v.optional(tagName),
  color: v.optional(color),
  rules: v.optional(rules),
});
export type TagPatch = v.InferOutput<typeof tagPatch>;

/** The tags that somebody gave by hand, by name; those by label stay whatever is written here. */
export const containerTagsInput = v.strictObject({ tags: v.pipe(v.array(tagName), v.maxLength(50)) });

const isWeb = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** Null takes it back: then the label or the guess is shown again. */
export const webUrlInput = v.strictObject({
  webUrl: v.nullable(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(2000),
      v.check(isWeb, 'must be an address that begins with http:// or https://'),
    ),
  ),
});

export const notesInput = v.strictObject({
  notes: v.pipe(v.string(), v.maxLength(10_000, 'must be at most 10,000 characters')),
});

/** What people wrote on a container; it stays with the host and the name when the container is made anew. */
export const containerMarks = v.object({
  /** By hand, without those by label. */
  tags: v.array(v.string()),
  /** By hand; null where the label or the guess holds. */
  webUrl: v.nullable(v.string()),
  notes: v.string(),
});
export type ContainerMarks = v.InferOutput<typeof containerMarks>;
