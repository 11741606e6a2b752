import type {
  MessageFacts,
  MessageTemplate,
  TemplateFault,
  TemplatePreview,
  TemplatePreviewRequest,
} from '../../../../contract/index.ts';
import { notificationEvent } from '../../../../contract/index.ts';
import type { FieldError } from '../../../errors/index.ts';
import { invalidInput } from '../../../errors/index.ts';
import { escapeFor, inText, isJson } from './escapes.ts';
import { allFacts, exampleOf } from './examples.ts';
import { faultOf, unknownNames } from './faults.ts';
import type { Escape } from './liquid.ts';
import { parse, render } from './liquid.ts';

type Part = TemplateFault['path'];
/** What becomes of a template in a message; `faults` says which parts are in the program's words after all. */
export interface Reworded {
  title: string;
  body: string;
  request: string | null;
  faults: TemplateFault[];
}
/** The type of what a webhook sends, where its headers name none. */
export const usualType = 'application/json';

const longestTitle = 300;

/** Words of one's own: read, checked, tried on examples, and put into messages. */
export class Templates {
  readonly #timeZone: () => string;

  /** @param timeZone the instance's, for the filter `date` */
  constructor(timeZone: () => string) {
    this.#timeZone = timeZone;
  }

  /**
   * Refuses a template that could not be used.
   * @throws CHR_INVALID_INPUT with the place of each fault, under `path`
   */
  async check(template: MessageTemplate | null, path: string, contentType: string | null): Promise<void> {
    const faults = await this.faultsOf(template, path, contentType);
    if (faults.length > 0) throw invalidInput(faults);
  }

  /** The template is read, its names are looked up, and it is tried on an example of each event. */
  async faultsOf(template: MessageTemplate | null, path: string, contentType: string | null): Promise<FieldError[]> {
    const faults = template === null ? [] : await this.#faultsOf(template, contentType);
    return faults.map((fault) => ({
      path: `${path}.${fault.path}`,
      message: `line ${fault.line}, column ${fault.column}: ${fault.message}`,
    }));
  }

  /** What a template makes of an example of the event, with its faults. */
  async preview({ template, event }: TemplatePreviewRequest): Promise<TemplatePreview> {
    const facts = exampleOf(event);
    const { faults: _, ...words } = await this.reword(template, facts, usualType);
    return { ...words, faults: await this.#faultsOf(template, usualType), facts: { ...facts } };
  }

  /** A part that fails stays as the program words it: a message is never lost to its template. */
  async reword(template: MessageTemplate, facts: MessageFacts, contentType: string): Promise<Reworded> {
    const faults: TemplateFault[] = [];
    const attempt = async (path: Part, toText: Escape, of: MessageFacts) => {
      try {
        return await this.#render(template[path], toText, of);
      } catch (error) {
        faults.push({ path, ...faultOf(error) });
        return null;
      }
    };
    const title = oneLine((await attempt('title', inText, facts)) ?? '') || facts.title;
    const body = (await attempt('body', inText, facts))?.trim() ?? facts.body;
    const request = await attempt('request', escapeFor(contentType), { ...facts, title, body });
    const fault = request === null ? null : faultOfRequest(request, contentType);
    if (fault) faults.push(fault);
    return { title, body, request: fault ? null : request, faults };
  }

  async #render(source: string | null, toText: Escape, facts: MessageFacts): Promise<string | null> {
    if (source === null) return null;
    return render(await parse(source, this.#timeZone(), toText), facts);
  }

  async #faultsOf(template: MessageTemplate, contentType: string | null): Promise<TemplateFault[]> {
    if (template.request !== null && contentType === null) {
      return [{ path: 'request', line: 1, column: 1, message: 'only a channel of the kind webhook has it' }];
    }
    const names = await Promise.all(
      (['title', 'body', 'request'] as const).map((path) => this.#namesOf(template[path], path)),
    );
    const faults = names.flat();
    if (faults.length > 0) return faults;
    for (const event of [...notificationEvent.options, 'step.notify', 'test']) {
      const tried = await this.reword(template, exampleOf(event), contentType ?? usualType);
      if (tried.faults.length > 0)
        return tried.faults.map((fault) => ({ ...fault, message: `${fault.message} (tried with ${event})` }));
    }
    return [];
  }

  async #namesOf(source: string | null, path: Part): Promise<TemplateFault[]> {
    if (source === null) return [];
    try {
      const { engine, templates } = await parse(source, this.#timeZone(), inText);
      return unknownNames(engine, templates, allFacts).map((fault) => ({ path, ...fault }));
    } catch (error) {
      return [{ path, ...faultOf(error) }];
    }
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, longestTitle);

const faultOfRequest = (request: string, contentType: string): TemplateFault | null => {
  if (!isJson(contentType)) return null;
  try {
    JSON.parse(request);
    return null;
  } catch (error) {
    return { path: 'request', line: 1, column: 1, message: `what it makes is no JSON: ${(error as Error).message}` };
  }
};
