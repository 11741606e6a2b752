import { t } from '../../text/t.ts';

/** In this order: each of the later ones names itself in the earlier one's words too. */
const browsers = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|HeadlessChrome|Chromium)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const;
const systems = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
] as const;

/** What a browser says of itself, in two words: `Firefox on Linux`. A hint for its owner to know it by, no proof. */
export function browserWords(userAgent: string): string {
  const browser = browsers.find(([, sign]) => sign.test(userAgent))?.[0] ?? t('browser.unknown');
  const system = systems.find(([, sign]) => sign.test(userAgent))?.[0];
  return system === undefined ? browser : t('browser.on', { browser, system });
}
