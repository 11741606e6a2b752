import en from './en.json' with { type: 'json' };

/** The keys of the catalogue. Another language is another file with the same keys. */
export type TextKey = keyof typeof en;
export type Vars = Record<string, string | number>;

type Counted<K> = K extends `${infer Stem}.other` ? Stem : never;
/** Keys that exist as `….one` and `….other`. */
export type CountedKey = Counted<TextKey>;

/** The language of text, dates and numbers: the reader's own English, if they have one. */
export const locale: string =
  (typeof navigator === 'undefined' ? [] : navigator.languages).find((tag) => tag.startsWith('en')) ?? 'en-GB';

const plural = new Intl.PluralRules('en');
const numbers = new Intl.NumberFormat(locale);

/** The text of a key, with `{name}` replaced by the variables. */
export function t(key: TextKey, vars: Vars = {}): string {
  return fill(en[key], vars);
}

/** The same for a counted text: picks `.one` or `.other`, and fills `{count}`. */
export function tn(key: CountedKey, count: number, vars: Vars = {}): string {
  const form: TextKey = plural.select(count) === 'one' ? `${key}.one` : `${key}.other`;
  return fill(en[form], { ...vars, count });
}

/** Puts variables into a text; a number is written as the reader's language writes it. */
export function fill(text: string, vars: Vars): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = vars[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** The name of a role: one's own have the name that they were given. */
export function roleWord(role: string): string {
  const key = `role.${role}`;
  return key === 'role.admin' || key === 'role.operator' || key === 'role.viewer' ? t(key) : role;
}

/** `a, b and c`, as the language joins a list. */
export function list(items: string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(items);
}
