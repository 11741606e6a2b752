import type { Emitter, Liquid, Template } from 'liquidjs';

/** Tags that choose and repeat. None reads a file, and none gathers text where nobody counts it, as `capture` does. */
const tags = new Set(['assign', 'if', 'unless', 'case', 'for', 'break', 'continue', 'comment', '#', 'raw']);
/** Filters on text, lists, numbers and times. None of them lifts the escaping, and none runs a pattern over the text. */
const filters = new Set(
  [
    ['append', 'prepend', 'upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'squish', 'strip_newlines'],
    ['replace', 'replace_first', 'replace_last', 'remove', 'remove_first', 'remove_last', 'truncate', 'truncatewords'],
    ['split', 'join', 'first', 'last', 'size', 'slice', 'reverse', 'sort', 'uniq', 'compact', 'map', 'where', 'concat'],
    ['plus', 'minus', 'times', 'divided_by', 'modulo', 'round', 'floor', 'ceil', 'abs', 'at_least', 'at_most'],
    ['default', 'date'],
  ].flat(),
);

/** So much a template may take and make: a message is a page at most, and nothing waits for it. */
const longestMs = 500;
const longestSource = 20_000;
const longestOutput = 20_000;
const mostCharacters = 200_000;

/** How a value gets into the text around it. */
export type Escape = (value: unknown) => string;

/** A template that was read. */
export interface Parsed {
  engine: Liquid;
  templates: Template[];
}

/** Loaded when the first template is used: most instances have none. */
const library = () => import('./library.ts');

/** @throws LiquidError with the place of the fault */
export const parse = async (source: string, timeZone: string, toText: Escape): Promise<Parsed> => {
  const { Liquid } = await library();
  const engine = new Liquid({
    // Nothing is ever read from a disk.
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    timezoneOffset: timeZone,
    locale: 'en',
    outputEscape: toText,
    parseLimit: longestSource,
    renderLimit: longestMs,
    memoryLimit: mostCharacters,
  });
  for (const name of Object.keys(engine.tags)) if (!tags.has(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters)) if (!filters.has(name)) delete engine.filters[name];
  return { engine, templates: engine.parse(source) };
};

/** @throws LiquidError with the place of the fault */
export const render = async ({ engine, templates }: Parsed, facts: object): Promise<string> => {
  const { Context, toValueSync } = await library();
  const context = new Context(facts, engine.options, { sync: true });
  const page = new Page();
  toValueSync(engine.renderer.renderTemplates(templates, context, page));
  return page.buffer;
};

/** What a template writes, up to a bound: the library counts what filters make, but not what loops repeat. */
class Page implements Emitter {
  buffer = '';

  write(text: unknown): void {
    this.buffer += String(text ?? '');
    if (this.buffer.length > longestOutput) throw new Error(`the text is longer than ${longestOutput} characters`);
  }
}
