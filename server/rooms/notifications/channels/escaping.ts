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
