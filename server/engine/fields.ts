/** An answer of an engine: an object whose fields may be missing, null or of another type than documented. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The field's object; an empty one where it is missing or null, as Podman has it for `Networks`. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Labels and attributes: entries that are no text are left out. Without a prototype: `__proto__` is a name like any. */
export const textsOf = (value: unknown): Record<string, string> => {
  const texts: Record<string, string> = Object.create(null);
  const fields = fieldsOf(value);
  for (const name of Object.keys(fields)) {
    const text = fields[name];
    if (typeof text === 'string') texts[name] = text;
  }
  return texts;
};

/**
 * The same of an answer that nobody else reads: where all are texts, as with every engine, they are its own object. To copy
 * them takes far longer, and a fleet has thousands. It has a prototype: a name that somebody gave is looked up by hasOwn.
 */
export const takeTexts = (value: unknown): Record<string, string> =>
  isFields(value) && areTexts(value) ? value : textsOf(value);

const areTexts = (fields: Fields): fields is Record<string, string> => {
  for (const name in fields) if (typeof fields[name] !== 'string') return false;
  return true;
};

/** Epoch milliseconds of the engine's RFC 3339 text; null for its zero time (year 1) and for none. */
export const instantOf = (value: unknown): number | null => {
  const at = Date.parse(textOf(value));
  return at > 0 ? at : null;
};

/** The last instant that a Date can hold, in seconds. */
const endOfTime = 8_640_000_000_000;

/** Epoch milliseconds of epoch seconds; null for what cannot be an instant. */
export const instantOfSeconds = (value: unknown): number | null => {
  const seconds = numberOf(value);
  return seconds > 0 && seconds <= endOfTime ? seconds * 1000 : null;
};
