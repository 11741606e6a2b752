import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Debian's Chromium without what it does by itself: no calls home, no profile, no sandbox (it runs as root here). */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The one that never has a window takes half of the work: the other one draws toolbars and menus that nobody sees. */
const executable = (): string => {
  const withoutWindow = '/usr/bin/chromium-headless-shell';
  return process.env['CHROMIUM'] ?? (existsSync(withoutWindow) ? withoutWindow : '/usr/bin/chromium');
};

/** Starts the machine's Chromium without a window. Close it in the end; it also ends with the test. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable(), headless: true, args: quiet });
