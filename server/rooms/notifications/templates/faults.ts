import type { Liquid, Template, Variable } from 'liquidjs';
import type { TemplateFault } from '../../../../contract/index.ts';

/** What is wrong with a template, and where. */
export type Fault = Omit<TemplateFault, 'path'>;

/** The part of liquidjs's errors that is used; they cannot be told by their class before the library is loaded. */
interface LiquidFault extends Error {
  token?: { getPosition(): number[] };
  originalError?: Error;
}

/** The words of the library, without the place that it appends. @throws what is no fault of a template */
export const faultOf = (error: unknown): Fault => {
  const { message, token, originalError } = error as LiquidFault;
  const text = (originalError?.message ?? message).replace(/, line:\d+, col:\d+$/, '');
  const [line = 1, column = 1] = token?.getPosition() ?? [];
  // What is too long is found before there is a place.
  if (!token && !(text in hints)) throw error;
  return { line, column, message: hints[text] ?? text };
};

const hints: Record<string, string> = {
  'memory alloc limit exceeded': 'it makes too much text',
  'template render limit exceeded': 'it takes too long',
  'parse length limit exceeded': 'it is too long',
};

/** Names that no message has, found without rendering: a branch that is rarely taken must not hide one. */
export const unknownNames = (engine: Liquid, templates: Template[], facts: object): Fault[] => {
  const { globals } = engine.analyzeSync(templates, { partials: false });
  return Object.values(globals).flatMap((variables) => variables.flatMap((variable) => unknownName(variable, facts)));
};

const unknownName = ({ segments, location: { row, col } }: Variable, facts: object): Fault[] => {
  let value: unknown = facts;
  let path = '';
  for (const segment of segments) {
    // What is looked up by a value of its own, only rendering can tell.
    if (typeof segment === 'object' || value === undefined) return [];
    const next = memberOf(value, segment);
    if (next === undefined) return [{ line: row, column: col, message: unknownWords(`${path}${segment}`, value) }];
    value = next.value;
    path += `${segment}.`;
  }
  return [];
};

/** Undefined where there is none; a value of undefined where nobody can know. */
const memberOf = (value: unknown, name: string | number): { value: unknown } | undefined => {
  if (Array.isArray(value)) {
    if (name === 'size') return { value: value.length };
    return typeof name === 'number' || name === 'first' || name === 'last' ? { value: value[0] } : undefined;
  }
  if (typeof value === 'string' && name === 'size') return { value: value.length };
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return { value: (value as Record<string, unknown>)[name] };
};

const unknownWords = (path: string, at: unknown): string => {
  const known = typeof at === 'object' && at !== null && !Array.isArray(at) ? Object.keys(at) : [];
  const hint = known.length > 0 ? `; there are ${known.join(', ')}` : '';
  return `there is no ${path}${hint}`;
};
