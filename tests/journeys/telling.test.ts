import assert from 'node:assert/strict';
import type { Delivery, NotificationRule, Page, Silence } from '../../contract/index.ts';
import { openReceiver } from '../../lab/receiver.ts';
import { waitUntil } from '../../lab/wait.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const base = '/api/v1/notifications';
/** A time of day so many hours from now, as a field has it. */
const clockIn = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

journey(
  'somebody says what a channel is told and when it is to be quiet, and snoozes what repeats',
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

    const steps = [{ action: 'start', targets: [{ hostId: 1, container: 'gone' }] }];
    const { id } = await client.schedule('Nightly backup', '0 4 * * 0', steps);
    const deliveries = async () => (await client.expect<Page<Delivery>>(200, 'GET', `${base}/deliveries`)).items;
    const fail = async (count: number) => {
      await client.expect(202, 'POST', `/api/v1/schedules/${id}/run`, {});
      await waitUntil(`${count} messages`, 20_000, 50, async () => (await deliveries()).length === count);
    };
    await fail(1);
    const sent = page.getByRole('region', { name: 'What was sent' });
    const told = sent.getByRole('listitem').filter({ hasText: 'Failed: Nightly backup' });
    await told.getByText(/waits until .*\d\d:\d\d/).waitFor();
    assert.equal(receiver.received.length, 0, 'it is quiet');
    await new Shell(page).choose('Snooze Failed: Nightly backup', 'For 8 hours');
    await new Shell(page).messages.getByText(/^No more of this until /).waitFor();
    const silence = page.getByRole('listitem').filter({ hasText: 'Snoozed: Failed: Nightly backup' });
    await silence.getByText(/by owner/).waitFor();
    await scene.shot(page, 'snoozed');
    await fail(2);
    await told
      .first()
      .getByText(/not sent: silenced until .*: Snoozed: Failed: Nightly backup/)
      .waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('Not sent');
    await told.getByText('waits until').waitFor({ state: 'detached' });
    assert.equal(await told.count(), 1);
    await scene.shot(page, 'not-sent');

    await silence.getByRole('button', { name: 'End now' }).click();
    await page.getByText('Nothing is silenced.').waitFor();
    await page.getByRole('button', { name: 'Announce a maintenance' }).click();
    const maintenance = page.getByRole('form', { name: 'Announce a maintenance' });
    await maintenance.getByLabel('Reason').fill('New disks');
    await maintenance.getByRole('button', { name: 'Announce it' }).click();
    await maintenance.getByText('Choose a date and a time').waitFor();
    await maintenance.getByLabel('From', { exact: true }).fill('2099-11-27T22:00');
    await maintenance.getByLabel('Until', { exact: true }).fill('2099-11-28T06:30');
    await maintenance.getByLabel('Local', { exact: true }).check();
    await maintenance.getByRole('button', { name: 'Announce it' }).click();
    await maintenance.waitFor({ state: 'detached' });
    await page.getByText('Everything, on Local').waitFor();
    const { items } = await client.expect<Page<Silence>>(200, 'GET', `${base}/silences`);
    const [{ reason, from: begins, until, hosts } = {}] = items;
    const expected = ['New disks', '2099-11-27T22:00:00.000Z', '2099-11-28T06:30:00.000Z', [1]];
    assert.deepEqual([reason, begins, until, hosts], expected);
    await scene.shot(page, 'maintenance');
    await page.getByRole('button', { name: 'Edit New disks' }).click();
    const changed = page.getByRole('form', { name: 'Change New disks' });
    await changed.getByLabel('Until', { exact: true }).fill('2099-11-28T05:00');
    await changed.getByRole('button', { name: 'Save' }).click();
    await changed.waitFor({ state: 'detached' });
    const [longer] = (await client.expect<Page<Silence>>(200, 'GET', `${base}/silences`)).items;
    const unchanged = [longer?.reason, longer?.from, longer?.hosts];
    assert.deepEqual([longer?.until, ...unchanged], ['2099-11-28T05:00:00.000Z', reason, begins, hosts]);
    // What somebody else does shows by itself.
    const elsewhere = { reason: 'New roof', from: begins, until };
    await client.expect(201, 'POST', `${base}/silences`, elsewhere);
    await page.getByRole('button', { name: 'Call off New roof' }).waitFor();

    await page.getByRole('button', { name: 'Edit Phone' }).click();
    const channel = page.getByRole('form', { name: 'Change Phone' });
    await channel.getByLabel('At most').fill('many');
    await channel.getByRole('button', { name: 'Save' }).click();
    await channel.getByText('Must be at least 1').waitFor();
    await channel.getByLabel('At most').fill('20');
    await channel.getByRole('button', { name: 'Save' }).click();
    await page.getByText('at most 20 messages a day').waitFor();
    scene.expectQuiet();
  },
);
