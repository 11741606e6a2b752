import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { ApiClient, owner } from '../../lab/api-client.ts';
import { launchChromium } from '../../lab/chromium.ts';
import { freePort } from '../../lab/free-port.ts';
import type { MailServer } from '../../lab/mail-server.ts';
import { openMailServer } from '../../lab/mail-server.ts';
import { startProgram } from '../../lab/process.ts';
import { waitUntil } from '../../lab/wait.ts';
import { Credentials, Shell } from './pages.ts';
import { expectQuiet, watch } from './watch.ts';

const folder = join(import.meta.dirname, '../../test-artifacts/account-mail');
const fresh = 'nine purple elephants';

test('an address is verified and a forgotten password set anew, each by a link that was mailed', async (t) => {
  const [port, mail] = [await freePort(), await openMailServer()];
  t.after(() => mail.close());
  const program = await startProgram({ port, env: { BASE_URL: `http://localhost:${port}` } });
  t.after(() => program.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const client = new ApiClient(program.url);
  await client.setUp();
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const from = { from: 'clock@example.org', to: ['ops@example.org'] };
  const config = { host: '127.0.0.1', port: mail.port, security: 'none', ...from };
  const target = { kind: 'email', config };
  await client.expect(201, 'POST', '/api/v1/notifications/channels', { name: 'House mail', target });

  const page = await browser.newPage({ locale: 'en-GB', baseURL: `http://localhost:${port}` });
  page.setDefaultTimeout(20_000);
  const seen = await watch(page, `http://localhost:${port}`);
  await chooseChannel(page);
  await verifyAddress(page, mail);
  await forget(page, mail);
  expectQuiet(seen);
});

const chooseChannel = async (page: Page): Promise<void> => {
  await page.goto('/users');
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  await page.getByLabel('Channel', { exact: true }).selectOption('House mail');
  await page.getByText('The choice was saved.').waitFor({ state: 'attached' });
  await page.getByRole('region', { name: 'Mail to accounts' }).scrollIntoViewIfNeeded();
  await look(page, 'channel');
};

const linkIn = async (mail: MailServer, pattern: RegExp): Promise<string> => {
  let found: string | undefined;
  await waitUntil('the letter', 10_000, 50, () => {
    found = mail.mails.map(({ text }) => pattern.exec(text)?.[0]).find((link) => link !== undefined);
    return found !== undefined;
  });
  return found ?? '';
};

const verifyAddress = async (page: Page, mail: MailServer): Promise<void> => {
  await page.goto('/profile');
  await page.getByLabel('Address', { exact: true }).fill('owner@example.org');
  await page.getByRole('button', { name: 'Save the address' }).click();
  await page.getByRole('button', { name: 'Send a link to verify it' }).click();
  await page.getByText('A link is on its way.').waitFor();
  const link = await linkIn(mail, /http:\/\/localhost:\d+\/profile#verify=[\w-]+/);
  await new Shell(page).choose('Account: owner', 'Sign out');
  // Still signed in the page would take the link for this session, which is just ending.
  await new Shell(page).titled('Sign in');
  await page.goto(link);
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  await page.getByText('The address is verified.').waitFor();
  await look(page, 'verified');
  assert.doesNotMatch(page.url(), /verify/);
  // In a page that is open already, and with the token in the query, as older letters have it: both lead here.
  for (const again of [link, link.replace('#', '?')]) {
    await page.goto(again);
    await page.getByText('Not verified: the link is none of this account, was used already').waitFor();
    assert.doesNotMatch(page.url(), /verify/);
  }
};

const forget = async (page: Page, mail: MailServer): Promise<void> => {
  await new Shell(page).choose('Account: owner', 'Sign out');
  await look(page, 'sign-in');
  await page.getByRole('button', { name: 'Forgotten your password?' }).click();
  await page.getByLabel('User name or e-mail address').fill('Owner@example.org');
  await look(page, 'forgotten');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('a link is on its way').waitFor();
  await page.goto(await linkIn(mail, /http:\/\/localhost:\d+\/new-password#[\w-]+/));
  await page.getByLabel('New password', { exact: true }).fill('password1');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await page.getByLabel('New password', { exact: true }).fill(fresh);
  await look(page, 'new-password');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Your password was changed.').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await new Credentials(page).submit(owner.username, fresh, 'Sign in');
  await new Shell(page).titled('Today');
};

const look = async (page: Page, name: string): Promise<void> => {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 1000 });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), animations: 'disabled' });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
};
