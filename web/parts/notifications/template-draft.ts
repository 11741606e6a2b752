import type { MessageTemplate } from '../../../contract/templates.ts';

/** A template as it stands in a form: an empty field leaves the part to the program. */
export interface TemplateDraft {
  title: string;
  body: string;
  request: string;
}

export const emptyTemplate: TemplateDraft = { title: '', body: '', request: '' };

export function templateDraftOf(template: MessageTemplate | null): TemplateDraft {
  return { title: template?.title ?? '', body: template?.body ?? '', request: template?.request ?? '' };
}

/** Null where nothing is of one's own. */
export function templateOf(draft: TemplateDraft, hasRequest: boolean): MessageTemplate | null {
  const template = {
    title: partOf(draft.title),
    body: partOf(draft.body),
    request: hasRequest ? partOf(draft.request) : null,
  };
  return Object.values(template).every((part) => part === null) ? null : template;
}

function partOf(text: string): string | null {
  return text.trim() === '' ? null : text;
}

/** One fact as it is shown: its name in a template, and the example's value. */
export interface Fact {
  name: string;
  value: string;
}

/** What a template may name, one line each; of lists of objects the names of the first. */
export function factsOf(facts: Record<string, unknown>, prefix = ''): Fact[] {
  return Object.entries(facts).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (Array.isArray(value) && typeof value[0] === 'object')
      return [{ name, value: Object.keys(value[0]).join(', ') }];
    if (Array.isArray(value)) return [{ name, value: value.join(' ⏎ ') }];
    if (typeof value === 'object' && value !== null) return factsOf(value as Record<string, unknown>, `${name}.`);
    return [{ name, value: value === null ? '' : String(value) }];
  });
}
