import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../lab/wait.ts';
import { bringAxe, faultsOf } from './axe.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Rows, Shell } from './pages.ts';

/** Two of the four are kept as pictures: together they show what differs. */
const looks = [
  { colorScheme: 'light', width: 1440, height: 900, isKept: false },
  { colorScheme: 'light', width: 390, height: 844, isKept: true },
  { colorScheme: 'dark', width: 1440, height: 900, isKept: true },
  { colorScheme: 'dark', width: 390, height: 844, isKept: false },
] as const;

/** Looks at the page as it stands, in every look; `prepare` restores what a change of the look takes away. */
type Look = (name: string, prepare?: () => Promise<void>) => Promise<void>;
/** The same in one look only: for what differs from what was looked at by a few fields. */
type Glance = (name: string) => Promise<void>;

/** Does not end for a minute. */
const stubborn = ['/bin/sh', '-c', 'trap "sleep 60" TERM; while :; do sleep 0.2; done'];
/** A line of each kind. */
const talking = [
  '/bin/sh',
  '-c',
  `trap "exit 0" TERM; printf '\\033[31mERROR\\033[0m red \\033[32mgreen \\033[33myellow \\033[34mblue \\033[35mmagenta \\033[36mcyan \\033[2mdim\\033[0m \\033[7mmarked\\033[0m\n'; echo '{"level":"warn","msg":"slow"}' >&2; sleep 600 & wait`,
];
const containers = {
  web: { labels: { 'com.docker.compose.project': 'shop', 'chrontainer.web-url': 'https://shop.example/' } },
  'a-container-with-a-rather-long-name-that-has-to-go-somewhere': { labels: { 'com.docker.compose.project': 'shop' } },
  frozen: {},
  crashed: { cmd: ['/bin/sh', '-c', 'exit 3'] },
  stubborn: { cmd: stubborn },
  talking: { cmd: talking },
  fresh: { start: false },
  checked: { env: { PASSWORD: 'x y z' }, healthcheck: { Test: ['CMD', 'echo', 'well'], Interval: 5e8, Retries: 1 } },
};

journey(
  'axe finds nothing on any page, in light and dark, wide and narrow, and no page is wider than the window',
  { folder: 'accessible', containers },
  async (scene) => {
    const page = await scene.newPage();
    await bringAxe(page);
    const found: string[] = [];
    const look: Look = async (name, prepare) => {
      for (const { colorScheme, width, height, isKept } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        // Only a frame later is everything as it will look.
        await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
        await prepare?.();
        found.push(...(await faultsOf(page, `${name}, ${colorScheme}, ${width}`)));
        if (isKept) await scene.shot(page, `${name}-${colorScheme}-${width}`);
      }
    };
    const glance: Glance = async (name) => void found.push(...(await faultsOf(page, name)));
    await page.goto('/');
    await new Shell(page).titled('Create the owner account');
    await look('setup');
    await scene.client.setUp();
    await scene.client.untilSeen(...Object.keys(containers));
    const rules = [{ label: 'com.docker.compose.project' }];
    await scene.client.expect(201, 'POST', '/api/v1/tags', { name: 'shop', color: '#c2410c', rules });
    await page.goto('/sign-in');
    await new Shell(page).titled('Sign in');
    await look('sign-in');
    await page.goto('/snooze#spent');
    await page.getByText('This link is none of a message').waitFor();
    await look('snooze-spent');
    await scene.signIn(page);
    for (const [name, path] of Object.entries(await fill(scene))) {
      await page.goto(path);
      await settled(page);
      await look(name);
    }
    await forms(page, look);
    await notificationForms(page, look, glance);
    await settingForms(page, look, glance);
    await overlays(page, look);
    assert.deepEqual(found, []);
    scene.expectQuiet();
  },
);

/** Gives every page something to show; answers with their addresses. */
const fill = async ({ client, engine }: Scene): Promise<Record<string, string>> => {
  await engine.request('POST', '/containers/frozen/pause');
  const on = (container: string) => [{ hostId: 1, container }];
  const good = await client.schedule('Restart web', '0 4 * * 0', [{ action: 'restart', targets: on('web') }]);
  const bad = await client.schedule('Start what is gone', '30 7 * * 1-5', [{ action: 'start', targets: on('gone') }]);
  const off = { enabled: false };
  await client.schedule(
    'Stop everything in shop',
    '*/15 * * * *',
    [{ action: 'stop', targets: [{ stack: 'shop' }] }],
    off,
  );
  const watch = { kind: 'uptime_kuma', url: 'https://kuma.example.org/api/push/x' };
  await client.expect(200, 'PUT', `/api/v1/schedules/${good.id}/ping`, watch);
  const does = { kind: 'action', action: 'restart', targets: on('web') };
  await client.expect(201, 'POST', '/api/v1/webhooks', { name: 'deploy', does, allowGet: true });
  await client.expect(201, 'POST', '/api/v1/api-keys', { name: 'backup', scopes: ['read'], hosts: [1] });
  const role = { name: 'shop keeper', permissions: ['view', 'logs'], scopes: [{ stack: 'shop' }, { tag: 'shop' }] };
  await client.expect(201, 'POST', '/api/v1/roles', role);
  const kim = { username: 'kim', password: 'the quiet harbour lamp', role: role.name };
  await client.expect(201, 'POST', '/api/v1/users', kim);
  const target = { kind: 'ntfy', config: { topic: 'home' } };
  await client.expect(201, 'POST', '/api/v1/notifications/channels', { name: 'Phone', target });
  const quietTimes = [{ days: ['sat', 'sun'], from: '22:00', to: '10:00' }];
  const rule = {
    name: 'The shop',
    events: ['run.failed', 'container.died'],
    channels: [1],
    stacks: ['shop'],
    quietTimes,
  };
  await client.expect(201, 'POST', '/api/v1/notifications/rules', rule);
  const loud = { name: 'All', events: ['run.failed'], channels: [1], origins: ['manual', 'api'], digest: 'daily' };
  await client.expect(201, 'POST', '/api/v1/notifications/rules', loud);
  const silence = { reason: 'New disks', until: new Date(Date.now() + 86_400_000).toISOString(), stacks: ['other'] };
  await client.expect(201, 'POST', '/api/v1/notifications/silences', silence);
  for (const { id } of [good, bad]) await client.expect(202, 'POST', `/api/v1/schedules/${id}/run`, {});
  let failed = '';
  await waitUntil('both runs to be over', 30_000, 50, async () => {
    const [[first], [second]] = [await client.runs(good.id), await client.runs(bad.id)];
    failed = second?.id ?? '';
    return first?.outcome === 'succeeded' && second?.outcome === 'failed';
  });
  return {
    today: '/',
    schedules: '/schedules',
    'new-schedule': '/schedules/new',
    schedule: `/schedules/${good.id}`,
    runs: '/runs',
    run: `/runs/${failed}`,
    containers: '/containers?group=none',
    container: '/containers/1/web',
    images: '/images',
    volumes: '/images?what=volumes',
    networks: '/images?what=networks',
    'logs-none': '/logs',
    logs: '/logs?containers=1:talking,1:web',
    'logs-filtered': '/logs?containers=1:talking&q=green&level=debug',
    'container-talking': '/containers/1/talking',
    notifications: '/notifications',
    profile: '/profile',
    users: '/users',
    access: '/access',
    hosts: '/hosts',
    activity: '/activity',
    settings: '/settings',
    'not-found': '/nowhere',
  };
};

const hostForms = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/hosts');
  await settled(page);
  await page.getByRole('button', { name: 'Add a host' }).click();
  for (const [kind, address] of [
    ['SSH', 'ssh://root@127.0.0.1:1'],
    ['TLS', 'tcp://192.0.2.1:2376'],
  ] as const) {
    await page.getByText(kind, { exact: true }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    if (kind === 'SSH') await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    if (kind === 'SSH') await page.getByText('Nothing listens at').waitFor();
    await look(`hosts-form-${kind}`);
  }
  for (const kind of ['Socket', 'Plain TCP']) {
    await page.getByText(kind, { exact: true }).click();
    await look(`hosts-form-${kind}`);
  }
};

/** Forms that open in a page. */
const forms = async (page: Page, look: Look): Promise<void> => {
  await containerForms(page, look);
  await tags(page, look);
  await hostForms(page, look);
  await page.goto('/users');
  await settled(page);
  await page.getByRole('button', { name: 'Add an account' }).click();
  await page.getByRole('button', { name: 'Edit shop keeper' }).click();
  await look('users-forms');
  await page.goto('/profile');
  await settled(page);
  await page.getByRole('button', { name: 'Set up Codes of an app' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await look('profile-totp');
  await page.goto('/access');
  await settled(page);
  await page.getByRole('button', { name: 'Last calls deploy' }).click();
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByText('Rights one by one').click();
  await page.getByText('On some', { exact: true }).click();
  await look('access-key');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByText('Who may call').click();
  await look('access-webhook');
  await page.getByLabel('Name', { exact: true }).fill('monitor');
  await page.getByText('A schedule', { exact: true }).click();
  await page.getByLabel('Schedule', { exact: true }).selectOption('Restart web');
  await page.getByRole('switch', { name: 'Calls must be signed' }).click();
  await page.getByRole('button', { name: 'Make the webhook' }).click();
  await page.getByRole('heading', { name: 'The webhook monitor' }).waitFor();
  await look('access-told');
};

const notificationForms = async (page: Page, look: Look, glance: Glance): Promise<void> => {
  await page.goto('/notifications');
  await settled(page);
  await page.getByRole('button', { name: 'Edit Phone' }).click();
  await page.getByText('Own words title').click();
  await page.getByText('What it can name').click();
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await page.getByText('E-mail', { exact: true }).click();
  await look('notifications-forms');
  await page.getByRole('button', { name: 'Cancel' }).last().click();
  const adding = page.getByRole('form', { name: 'Add a channel' });
  for (const kind of await adding.getByRole('radio').all()) {
    await kind.check({ force: true });
    await glance(`notifications-channel-${await kind.getAttribute('value')}`);
  }
  await page.goto('/notifications');
  await settled(page);
  await page.getByRole('button', { name: 'Text Failed: Start what is gone' }).first().click();
  await page.getByRole('button', { name: 'Edit The shop' }).click();
  await page.getByText('quiet times, digest').click();
  await page.getByText('Own words title').click();
  await look('notifications-rule');
  await page.getByRole('button', { name: 'Edit The shop' }).click();
  await page.getByRole('button', { name: 'Announce a maintenance' }).click();
  await page.getByText('Only of some events').click();
  await look('notifications-maintenance');
};

const settingForms = async (page: Page, look: Look, glance: Glance): Promise<void> => {
  await page.goto('/settings');
  await settled(page);
  await page.getByRole('button', { name: 'Let somebody watch' }).click();
  await page.getByRole('button', { name: 'Add a registry' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('button', { name: /^Download by-hand/ }).waitFor();
  await look('settings-forms');
  await page.goto('/schedules/2');
  await settled(page);
  await page.getByRole('button', { name: 'Let somebody watch' }).click();
  await look('schedule-ping');
  await page.goto('/users');
  await settled(page);
  await page.getByRole('button', { name: 'Set up' }).click();
  await look('users-provider');
  for (const kind of ['google', 'github']) {
    await page.getByLabel('Provider', { exact: true }).selectOption(kind);
    await glance(`users-provider-${kind}`);
  }
};

const containerForms = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/containers/1/checked');
  await settled(page);
  for (const fold of ['Answers of the health check', 'of its environment', 'Processes', 'The engine’s own document']) {
    await page.getByText(fold).first().click();
  }
  await look('container-document');
  await page.getByRole('searchbox', { name: 'Find in it' }).fill('PASSWORD');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('checkbox', { name: 'shop' }).waitFor();
  await page.getByText('Run a command', { exact: true }).click();
  await page.getByLabel('Command', { exact: true }).fill('echo well');
  await page.getByRole('button', { name: 'Run it' }).click();
  await page.locator('form').getByText('exit code 0', { exact: true }).waitFor();
  await look('container-open');
  for (const item of ['Update…', 'Rename…', 'Clone…', 'Remove…']) {
    await page.getByRole('button', { name: 'More for' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByText('Loading…').first().waitFor({ state: 'detached' });
    await look(`container-${item.slice(0, -1).toLowerCase()}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  }
};

/** The dialog of all tags, with a tag that is edited and a deletion that is asked about. */
const tags = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/containers?tag=shop');
  await settled(page);
  await page.getByRole('button', { name: 'Tags', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Tags' });
  await dialog.getByRole('button', { name: 'Edit shop' }).click();
  await dialog.getByText('Reaches 2 containers now').waitFor();
  await look('tags-edit');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Delete shop' }).click();
  await dialog.getByRole('button', { name: 'New tag' }).click();
  await look('tags-delete');
};

/** What lies over a page, and what comes and goes: the bar for many, a menu, the help, a message, work under way. */
const overlays = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/containers');
  await settled(page);
  const row = new Rows(page, 'Containers').of(page, 'stubborn');
  await row.getByRole('checkbox').check();
  await look('selected');
  await row.getByRole('checkbox').uncheck();
  // It closes by itself when the window changes its size.
  await look('menu', async () => {
    if ((await page.getByRole('menu').count()) === 0) await row.getByRole('button', { name: 'More for' }).click();
    await page.getByRole('menuitem', { name: 'Stop', exact: true }).waitFor();
  });
  await page.getByRole('menuitem', { name: 'Stop', exact: true }).click();
  await row.getByText('Stopping…').waitFor();
  await look('under-way');
  await page.locator('body').press('?');
  await page.getByRole('dialog').waitFor();
  await look('help');
  await page.goto('/logs?containers=1:talking,1:web');
  await settled(page);
  await page.getByRole('option').filter({ hasText: 'slow' }).click();
  await look('logs-line');
  await page.getByRole('button', { name: '2 containers' }).click();
  await page.getByRole('dialog').waitFor();
  await look('logs-choose');
  await page.goto('/schedules');
  await settled(page);
  await page.getByRole('button', { name: 'Run now: Start what is gone' }).click();
  const message = new Shell(page).messages.getByRole('link', { name: 'See run' });
  // While the focus is on it, it stays.
  await message.focus();
  await look('message');
};

const settled = async (page: Page): Promise<void> => {
  await new Shell(page).title.waitFor();
  await page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
};
