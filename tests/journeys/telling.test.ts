import assert from 'node:assert/strict';
import type { NotificationRule, Page } from '../../contract/index.ts';
import { openReceiver } from '../../lab/receiver.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const base = '/api/v1/notifications';
/** A time of day so many hours from now, as a field has it. */
const clockIn = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

journey(
  'somebody says what a channel is told and when it is to be quiet',
  { folder: 'telling', containers: { web: {} } },
  async (scene, t) => {
    const receiver = await openReceiver();
    t.after(() => receiver.close());
    const { client } = scene;
    await client.setUp();
    await client.untilSeen('web');
    await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
    const target = { kind: 'ntfy', config: { topic: 'home', server: receiver.url } };
    await client.expect(201, 'POST', `${base}/channels`, { name: 'Phone', target });
    const [from, to] = [clockIn(-2), clockIn(3)];
    const page = await scene.signedInPage();
    await page.goto('/notifications');
    await new Shell(page).titled('Notifications');

    await page.getByRole('button', { name: 'Add a rule' }).click();
    const form = page.getByRole('form', { name: 'Add a rule' });
    await form.getByRole('button', { name: 'Add the rule' }).click();
    await form.getByText('Must not be empty').waitFor();
    await form.getByLabel('Name', { exact: true }).fill('At night');
    await form.getByLabel('Missed runs').uncheck();
    await form.getByLabel('Containers that died').check();
    assert.ok(await form.getByLabel('Phone').isChecked(), 'the only channel is chosen');
    await form.getByText('More', { exact: false }).first().click();
    await form.getByRole('button', { name: 'Add a quiet time' }).click();
    await form.getByLabel('Quiet time 1: from').fill(from);
    await form.getByLabel('Quiet time 1: to', { exact: true }).fill(to);
    await form.getByRole('switch', { name: 'Only changes' }).click();
    await form.getByRole('group', { name: 'Runs that were begun by' }).getByLabel('By hand').check();
    await scene.shot(page, 'rule-form');
    await form.getByRole('button', { name: 'Add the rule' }).click();
    await form.waitFor({ state: 'detached' });

    const item = page.getByRole('listitem').filter({ hasText: 'At night' });
    await item.getByText('Failed runs, schedules that work again, and containers that died').waitFor();
    await item.getByText(`Quiet ${from}–${to}`).waitFor();
    await item.getByText('Every failure, also of what goes on failing').waitFor();
    await scene.shot(page, 'rule');
    const [rule] = (await client.expect<Page<NotificationRule>>(200, 'GET', `${base}/rules`)).items;
    assert.deepEqual(rule?.quietTimes, [{ from, to }]);

    await item.getByRole('button', { name: 'Edit At night' }).click();
    const edit = page.getByRole('form', { name: 'Change At night' });
    await edit.getByLabel('Hosts that do not answer').check();
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    await item.getByText(/hosts that do not answer/).waitFor();
    await item.getByRole('switch', { name: 'At night is on' }).click();
    await item.getByRole('switch', { name: 'At night is on', checked: false }).waitFor();
    await item.getByRole('switch', { name: 'At night is on' }).click();
    await item.getByRole('switch', { name: 'At night is on', checked: true }).waitFor();
    scene.expectQuiet();
  },
);
