import * as fc from 'fast-check';

/** A JSON Schema, as the API's own document has them. */
export type Schema = Record<string, unknown>;

/** Texts that have broken programs: markup, paths, templates, prototypes, directions of writing, and sheer length. */
const hostileTexts = [
  '',
  ' ',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  "'; DROP TABLE runs; --",
  '$(reboot)',
  '{{7*7}}',
  '__proto__',
  'constructor',
  '\u0000',
  '\u202Eevil',
  '\r\nSet-Cookie: a=b',
  '\uD800',
  '%00%2e%2e',
  'x'.repeat(5000),
];

/** Values of any other kind than the one that was asked for. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(...hostileTexts),
  fc.constantFrom(-1, 0, 1e308, Number.MAX_SAFE_INTEGER, 0.1),
  fc.constant({ __proto__: { isAdmin: true }, constructor: { prototype: {} } }),
);

/** `tame` values are what the schema wants, so that requests come past the first checks; `wild` ones break rules. */
export type Temper = 'tame' | 'wild';

export const drawn = (schema: Schema, temper: Temper, depth = 0): fc.Arbitrary<unknown> =>
  temper === 'tame'
    ? wanted(schema, temper, depth)
    : fc.oneof({ weight: 14, arbitrary: wanted(schema, temper, depth) }, { weight: 1, arbitrary: anything });

const wanted = (schema: Schema, temper: Temper, depth: number): fc.Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return fc.oneof(...choices.map((choice) => wanted(choice as Schema, temper, depth + 1)));
  switch (schema['type']) {
    case 'string':
      return textOf(schema, temper);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(drawn((schema['items'] as Schema) ?? {}, temper, depth + 1), lengthOf(schema, depth));
    case 'object':
      return objectOf(schema, temper, depth);
    default:
      return anything;
  }
};

const lengthOf = ({ minItems }: Schema, depth: number) => {
  const least = typeof minItems === 'number' ? minItems : 0;
  return { minLength: least, maxLength: least + (depth > 3 ? 1 : 3) };
};

const textOf = (schema: Schema, temper: Temper): fc.Arbitrary<string> => {
  const instant = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());
  if (schema['format'] === 'date-time') return instant;
  const pattern = typeof schema['pattern'] === 'string' ? matching(schema['pattern']) : null;
  const usual = fc.constantFrom('web', '1', '*/5 * * * *', 'Europe/Berlin');
  if (temper === 'tame') return pattern ?? usual;
  const plain = [fc.string({ maxLength: 40, unit: 'grapheme' }), fc.constantFrom(...hostileTexts), usual];
  return pattern ? fc.oneof({ weight: 5, arbitrary: pattern }, ...plain) : fc.oneof(...plain);
};

/** Some patterns use what the generator does not know; plain texts must do there. */
const matching = (pattern: string): fc.Arbitrary<string> | null => {
  try {
    return fc.stringMatching(new RegExp(pattern), { maxLength: 60 });
  } catch {
    return null;
  }
};

const numberOf = ({ minimum, maximum }: Schema): fc.Arbitrary<number> => {
  const least = typeof minimum === 'number' ? minimum : -1000;
  const most = typeof maximum === 'number' ? maximum : Math.max(least, 100_000);
  return fc.oneof(fc.integer({ min: Math.ceil(least), max: Math.floor(most) }), fc.constantFrom(least, most));
};

/** What no schema tells: values that fit what is there, so that tame requests get as far as doing something. */
const familiar: Record<string, fc.Arbitrary<unknown>> = {
  targets: fc.constant([{ hostId: 1, container: 'web' }]),
  action: fc.constantFrom('restart', 'start', 'stop', 'kill', 'pause', 'unpause'),
};

/** Of what may be left out most is: options that do not go together would fill nearly every request otherwise. */
const objectOf = (schema: Schema, temper: Temper, depth: number): fc.Arbitrary<unknown> => {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const names = Object.keys(properties);
  const always = names.filter((name) => required.has(name) || Object.hasOwn(familiar, name));
  const optional = names.filter((name) => !always.includes(name));
  const most = Math.min(optional.length, depth < 5 ? 2 : 0);
  const valueOfProperty = (name: string) => {
    const any = drawn(properties[name] ?? {}, temper, depth + 1);
    const known = Object.hasOwn(familiar, name) ? familiar[name] : undefined;
    return known && temper === 'tame' ? fc.oneof({ weight: 5, arbitrary: known }, any) : any;
  };
  const record = fc
    .subarray(optional, { maxLength: temper === 'tame' ? Math.min(most, 1) : most })
    .chain((chosen) => fc.record(Object.fromEntries([...always, ...chosen].map((n) => [n, valueOfProperty(n)]))));
  if (temper === 'tame') return record;
  const extended = fc.tuple(record, fc.constantFrom('extra', '__proto__', 'role', 'id'), anything);
  const withMore = extended.map(([base, name, value]) => ({ ...base, [name]: value }));
  return fc.oneof({ weight: 20, arbitrary: record }, { weight: 1, arbitrary: withMore });
};
