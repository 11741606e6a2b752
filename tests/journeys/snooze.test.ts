import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page as ListOf, Silence } from '../../contract/index.ts';
import { ApiClient } from '../../lab/api-client.ts';
import { launchChromium } from '../../lab/chromium.ts';
import { privateEngine } from '../../lab/engine.ts';
import { freePort } from '../../lab/free-port.ts';
import { startProgram } from '../../lab/process.ts';
import type { Receiver } from '../../lab/receiver.ts';
import { openReceiver } from '../../lab/receiver.ts';
import { waitUntil } from '../../lab/wait.ts';
import { bringAxe, faultsOf } from './axe.ts';
import { expectQuiet, watch } from './watch.ts';

const folder = join(import.meta.dirname, '../../test-artifacts/snooze');
const base = '/api/v1/notifications';

interface Button {
  action: string;
  url: string;
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

test('a stranger with the link in a message snoozes it by a click and takes it back, and opening the link does nothing', async (t) => {
  const [port, receiver, engine] = [await freePort(), await openReceiver(), await privateEngine()];
  t.after(() => Promise.all([receiver.close(), engine.close()]));
  const url = `http://localhost:${port}`;
  const program = await startProgram({ port, dockerHost: engine.url, env: { BASE_URL: url } });
  t.after(() => program.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const client = new ApiClient(program.url);
  const [now, ask] = await firstMessage(client, receiver);
  const silences = async () => (await client.expect<ListOf<Silence>>(200, 'GET', `${base}/silences`)).items;

  // What opens links by itself asks by GET and HEAD, for the page and for the address of the button.
  for (const address of [ask.url, now.url]) {
    for (const method of ['GET', 'HEAD']) await (await fetch(address, { method })).arrayBuffer();
  }
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  await bringAxe(page);
  const seen = await watch(page, url);
  await page.goto(ask.url);
  await page.getByText('Failed: Nightly backup').waitFor();
  assert.deepEqual(await silences(), [], 'what was looked at is not acted on');
  await page.screenshot({ path: join(folder, 'page.png') });
  const faults = await faultsOf(page, 'to be snoozed');

  await page.getByRole('button', { name: 'For 8 hours' }).click();
  await page.getByText(/^Silent until /).waitFor();
  const [silence] = await silences();
  assert.match(silence?.reason ?? '', /^Snoozed: Failed: Nightly backup/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(folder, 'silent-dark-390.png') });
  assert.deepEqual([...faults, ...(await faultsOf(page, 'snoozed, dark and narrow'))], []);
  await page.getByRole('button', { name: 'Tell of it again' }).click();
  await page.getByText('It is told of again.').waitFor();
  assert.deepEqual(await silences(), []);

  // The button of ntfy's message, as a telephone presses it.
  const { method = '', body = '', headers = {} } = now;
  assert.equal((await fetch(now.url, { method, body, headers })).status, 200);
  assert.equal((await silences()).length, 1);
  expectQuiet(seen);

  await page.goto('about:blank');
  await page.goto(`${url}/snooze#${'x'.repeat(43)}`);
  await page.getByText('This link is none of a message, or is too old. Links in messages last a week.').waitFor();
  await page.screenshot({ path: join(folder, 'spent.png') });
});

/** The buttons that a telephone shows under the first message. */
const firstMessage = async (client: ApiClient, receiver: Receiver): Promise<[now: Button, ask: Button]> => {
  await client.setUp();
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const target = { kind: 'ntfy', config: { topic: 'home', server: receiver.url } };
  const channel = await client.expect<{ id: number }>(201, 'POST', `${base}/channels`, { name: 'Phone', target });
  const rule = { name: 'r', events: ['run.failed'], channels: [channel.id], origins: ['manual'] };
  await client.expect(201, 'POST', `${base}/rules`, rule);
  const steps = [{ action: 'start', targets: [{ hostId: 1, container: 'gone' }] }];
  const { id } = await client.schedule('Nightly backup', '0 4 * * 0', steps);
  await client.expect(202, 'POST', `/api/v1/schedules/${id}/run`, {});
  await waitUntil('the message', 20_000, 50, () => receiver.received.length > 0);
  const { actions } = JSON.parse(receiver.received[0]?.text ?? '{}') as { actions: Button[] };
  const [, now, ask] = actions;
  assert.ok(now && ask, 'there are two buttons to snooze');
  return [now, ask];
};
