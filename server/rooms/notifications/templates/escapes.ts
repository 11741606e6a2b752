import { inHtml } from '../channels/escaping.ts';
import type { Escape } from './liquid.ts';

/** In plain text: a list has a line for each. What it means to a channel is taken away by the channel. */
export const inText: Escape = (value) => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(inText).join('\n');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** In JSON: a text as it stands between quotes, anything else as a value of its own. */
const inJson: Escape = (value) => {
  const json = JSON.stringify(value ?? null);
  return typeof value === 'string' ? json.slice(1, -1) : json;
};

/** By the type of what is sent. A type that is not known is taken for plain text. */
export const escapeFor = (contentType: string): Escape => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (isJson(contentType)) return inJson;
  if (type === 'application/x-www-form-urlencoded') return (value) => encodeURIComponent(inText(value).toWellFormed());
  return /html|xml/.test(type) ? (value) => inHtml(inText(value)) : inText;
};

export const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\b/i.test(contentType.trim());
