import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** What a page did that no page of ours should: it stays empty. */
export interface Watch {
  /** Errors on the console, uncaught ones too, and breaches of the content security policy. */
  errors: string[];
  dialogs: string[];
  /** Requests to anywhere but the program. */
  foreign: string[];
  /** How often a document was loaded: a page that refreshes itself loads one, once. */
  documents: number;
}

/** Chromium writes this for each answer that is no success, for example the 401 that shows the sign-in. */
const failedRequest = 'Failed to load resource';

const reportViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('securitypolicyviolation', event.effectiveDirective, event.blockedURI, event.sample))`;

/** Begins to watch a page; call it before the first visit. */
export const watch = async (page: Page, origin: string): Promise<Watch> => {
  const seen: Watch = { errors: [], dialogs: [], foreign: [], documents: 0 };
  await page.addInitScript(reportViolations);
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith(failedRequest)) seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.stack ?? error.message));
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) seen.foreign.push(request.url());
    if (request.isNavigationRequest()) seen.documents += 1;
  });
  return seen;
};

/** Nothing that `watch` looks for has happened. */
export const expectQuiet = ({ errors, dialogs, foreign }: Watch): void => {
  assert.deepEqual({ errors, dialogs, foreign }, { errors: [], dialogs: [], foreign: [] });
};
