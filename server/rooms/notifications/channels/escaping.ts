import { stripVTControlCharacters } from 'node:util';

/** CommonMark: a backslash takes its meaning from any ASCII punctuation. */
export const backslashed = (text: string): string => text.replaceAll(/[\\`*_{}[\]()<>#+\-.!|~@:]/g, '\\$&');

/** A space without width keeps `@all` from being a mention where a backslash does not. */
const gap = '\u200b';
export const unmentioned = (text: string): string => text.replaceAll('@', `@${gap}`);

/** Markdown without any way to escape: the gap keeps pairs, links and pictures from being such. */
export const parted = (text: string): string => text.replaceAll(/[@*_~`[\]<>!#]/g, `$&${gap}`);

/** Lines in a block of code, which they cannot leave. */
export const fenced = (text: string): string => `\`\`\`\n${unmentioned(text).replaceAll('`', `\`${gap}`)}\n\`\`\``;

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no others. */
export const angled = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text in HTML, between tags and in quoted attributes. */
export const inHtml = (text: string): string => angled(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** Control characters but for tab and line feed, marks of direction, separators of lines, and the byte order mark. */
const noText =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is taken out
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Without what is no text: colours of terminals, control characters (some services store none), what turns the direction
 * of the letters after it (a name could show as another), and halves of characters.
 */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/\r\n?/g, '\n').replaceAll(noText, '').toWellFormed();
