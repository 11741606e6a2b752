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

/** Starts the machine's Chromium without a window. Close it in the end; it also ends with the test. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', headless: true, args: quiet });
