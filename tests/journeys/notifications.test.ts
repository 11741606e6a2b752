import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ChannelTest, PingAnswer } from '../../contract/index.ts';
import { openReceiver } from '../../lab/receiver.ts';
import { waitUntil } from '../../lab/wait.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const channelsPath = '/api/v1/notifications/channels';

journey(
  'somebody adds a channel, reads the exact answer of the other side, and puts its messages into other words',
  { folder: 'notifications', containers: {} },
  async (scene, t) => {
    const receiver = await openReceiver();
    t.after(() => receiver.close());
    await scene.client.setUp();
    await scene.client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
    const page = await scene.signedInPage();
    await page.goto('/notifications');
    await new Shell(page).titled('Notifications');
    await page.getByRole('button', { name: 'Add a channel' }).click();
    const form = page.getByRole('form', { name: 'Add a channel' });
    await form.getByLabel('Topic').fill('my house');
    await form.getByLabel('Server').fill(receiver.url);
    await form.getByLabel('Token').fill('tk_very-secret');
    await form.getByRole('button', { name: 'Add the channel' }).click();
    await form.getByText('Must be letters, digits, - and _, at most 64').waitFor();
    await scene.shot(page, 'fault');
    await form.getByLabel('Topic').fill('house');
    await form.getByRole('button', { name: 'Add the channel' }).click();
    await form.waitFor({ state: 'detached' });

    await page.getByText(/^Messages carry no link .* BASE_URL/).waitFor();
    const item = page.getByRole('listitem').filter({ hasText: 'ntfy' });
    receiver.answer = { status: 403, body: '{"code":40301,"error":"forbidden"}' };
    await item.getByRole('button', { name: 'Send a test' }).click();
    await item.getByRole('status').getByText('403 {"code":40301,"error":"forbidden"}').waitFor();
    await scene.shot(page, 'refused');
    receiver.answer = { status: 200, body: '{"id":"hwQ2YpKdmg"}' };
    await item.getByRole('button', { name: 'Send a test' }).click();
    await item.getByRole('status').getByText('200 {"id":"hwQ2YpKdmg"}').waitFor();
    assert.equal(receiver.received.at(-1)?.headers.authorization, 'Bearer tk_very-secret');

    await item.getByRole('button', { name: 'Edit ntfy' }).click();
    const edit = page.getByRole('form', { name: 'Change ntfy' });
    assert.equal(await edit.getByLabel('Token').inputValue(), '', 'a secret never comes back');
    await edit.getByText('Own words').click();
    await edit.getByLabel('Title').fill('{{ schedule.name }} on {{ hosst }}');
    await edit.getByText(/Line 1, column \d+: there is no hosst; there are/).waitFor();
    await scene.shot(page, 'template-fault');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit
      .getByText(/there is no hosst/)
      .first()
      .waitFor();
    await edit.getByLabel('Title').fill('{{ schedule.name }} on {{ host }}');
    await edit.getByLabel('Text').fill('{{ reason }}, expected {{ expected }}\n{{ lines }}');
    const preview = edit.getByRole('status', { name: 'Preview' });
    await preview.getByText('Nightly backup on nas').waitFor();
    await preview.getByText('exit code 3, expected exit code 0').waitFor();
    await edit.getByRole('combobox', { name: 'Preview' }).selectOption('Successful runs');
    await preview.getByText('exit code 0, expected exit code 0').waitFor();
    await edit.getByText('What it can name').click();
    await scene.shot(page, 'template');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });

    // What is loaded only when it is used has to be there in the built program, too.
    const babbler = createServer((socket) => socket.end('good day\r\n')).listen(0, '127.0.0.1');
    t.after(() => babbler.close());
    await once(babbler, 'listening');
    const { address: host, port } = babbler.address() as AddressInfo;
    for (const target of [
      {
        kind: 'email',
        config: { host, port, security: 'none', from: 'a@b.example', to: ['c@d.example'] },
      },
      { kind: 'mqtt', config: { host, port } },
    ]) {
      const made = await scene.client.expect<{ id: number }>(201, 'POST', channelsPath, { name: target.kind, target });
      const told = await scene.client.expect<ChannelTest>(200, 'POST', `${channelsPath}/${made.id}/test`);
      assert.deepEqual([target.kind, told.ok], [target.kind, false]);
      assert.match(told.answer, /^good day$|broker|header/);
    }
    receiver.received = [];
    await item.getByRole('button', { name: 'Send a test' }).click();
    await waitUntil('the test', 20_000, 20, () => receiver.received.length === 1);
    assert.equal(receiver.received[0]?.headers.authorization, 'Bearer tk_very-secret', 'an edit keeps the secret');
    await item.getByRole('button', { name: 'Edit ntfy' }).click();
    await edit.getByRole('button', { name: 'Remove what is stored Token' }).click();
    await edit.getByText('What is stored goes when you save.').waitFor();
    await scene.shot(page, 'forgotten');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    await item.getByRole('button', { name: 'Send a test' }).click();
    await waitUntil('another test', 20_000, 20, () => receiver.received.length === 2);
    assert.equal(receiver.received[1]?.headers.authorization, undefined);
    const { title } = JSON.parse(receiver.received[0]?.text ?? '{}') as { title?: string };
    assert.equal(title, 'Test: Nightly backup on nas');
    scene.expectQuiet();
  },
);

journey(
  'somebody lets a schedule and the scheduler be watched from outside, and sees what the other side said',
  { folder: 'pings', containers: { web: {} } },
  async (scene, t) => {
    const receiver = await openReceiver();
    t.after(() => receiver.close());
    receiver.answer = { status: 200, body: 'OK' };
    await scene.client.setUp();
    await scene.client.untilSeen('web');
    await scene.client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
    const steps = [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }], options: { timeoutMs: 0 } }];
    const { id } = await scene.client.schedule('Restart web', '0 4 * * 0', steps);
    const page = await scene.signedInPage();

    await page.goto('/settings');
    await new Shell(page).titled('Settings');
    await page.getByRole('button', { name: 'Let somebody watch' }).click();
    const form = page.getByRole('group', { name: 'Who watches' }).first();
    await form.getByRole('button', { name: 'Save the watch' }).click();
    await form.getByText('Must be the address of the check').waitFor();
    await form.getByLabel('Its address').fill(`${receiver.url}/ping/heart`);
    await scene.shot(page, 'heartbeat-form');
    await form.getByRole('button', { name: 'Save the watch' }).click();
    await page.getByText('200 OK').waitFor();
    assert.equal(receiver.received[0]?.path, '/ping/heart');
    await scene.shot(page, 'heartbeat');

    await page.goto(`/schedules/${id}`);
    await new Shell(page).titled('Restart web');
    await page.getByRole('button', { name: 'Let somebody watch' }).click();
    const watch = page.getByRole('group', { name: 'Who watches' }).first();
    await watch.getByLabel('Its address').fill(`${receiver.url}/ping/web`);
    // Enter saves the watch, and does not send the form of the schedule around it.
    await watch.getByLabel('Its address').press('Enter');
    await page.getByText('Nothing was signalled yet.').waitFor();
    receiver.answer = { status: 200, body: 'OK (not found)' };
    await page.getByRole('button', { name: 'Signal once' }).click();
    await page.getByText('Not delivered: 200 OK (not found)').waitFor();
    await scene.shot(page, 'not-found');
    receiver.answer = { status: 200, body: 'OK' };
    receiver.received = [];
    await scene.client.expect(202, 'POST', `/api/v1/schedules/${id}/run`, {});
    await waitUntil('start and success', 20_000, 20, () => receiver.received.length >= 2);
    const paths = receiver.received.map(({ path }) => path.split('?')[0]);
    assert.deepEqual(
      paths.filter((path) => path?.startsWith('/ping/web')),
      ['/ping/web/start', '/ping/web'],
    );
    // The answer is written down after it came.
    await waitUntil('the answer', 20_000, 20, async () => {
      const { ping } = await scene.client.expect<PingAnswer>(200, 'GET', `/api/v1/schedules/${id}/ping`);
      return ping?.last?.signal === 'success' && ping.last.ok;
    });
    await page.reload();
    await page.getByText(/Success, .*200 OK/).waitFor();
    scene.expectQuiet();
  },
);
