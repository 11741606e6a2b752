import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../lab/wait.ts';
import { bringAxe, faultsOf } from './axe.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

/**
 * Two of the four are kept as pictures: together they show what differs. The dark ones differ from the light ones by
 * their colours alone: nothing but styles asks for the scheme.
 */
const looks = [
  { colorScheme: 'light', width: 1440, height: 900, isKept: false },
  { colorScheme: 'light', width: 390, height: 844, isKept: true },
  { colorScheme: 'dark', width: 1440, height: 900, isKept: true },
  { colorScheme: 'dark', width: 390, height: 844, isKept: false },
] as const;

/** Looks at the page as it stands, in every look; `prepare` restores what a change of the look takes away. */
export type Look = (name: string, prepare?: () => Promise<void>) => Promise<void>;
/** The same in one look only: for what differs from what was looked at by a few fields. */
export type Glance = (name: string) => Promise<void>;

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

/** A page that axe looks at: as nobody sees it yet, and with something to show on every page. */
export interface Viewing {
  scene: Scene;
  page: Page;
  look: Look;
  glance: Glance;
  /** Makes an owner and lets every page have something to show; answers with their addresses. */
  fill(): Promise<Record<string, string>>;
}

/**
 * A journey through what axe is to find nothing on, in light and dark, wide and narrow; no page may be wider than the
 * window.
 */
export const viewing = (title: string, folder: string, walk: (viewing: Viewing) => Promise<void>): void =>
  // More than a hundred looks take a minute, and several where much else is under way.
  journey(title, { folder, containers, timeoutMs: 300_000 }, async (scene) => {
    const page = await scene.newPage();
    await bringAxe(page);
    const found: string[] = [];
    const look = lookingAt(scene, page, found);
    const glance: Glance = async (name) => void found.push(...(await faultsOf(page, name)));
    const fill = async () => {
      await scene.client.setUp();
      await scene.client.untilSeen(...Object.keys(containers));
      return filled(scene);
    };
    await walk({ scene, page, look, glance, fill });
    assert.deepEqual(found, []);
    scene.expectQuiet();
  });

const lookingAt =
  (scene: Scene, page: Page, found: string[]): Look =>
  async (name, prepare) => {
    for (const { colorScheme, width, height, isKept } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      // Only a frame later is everything as it will look.
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
      await prepare?.();
      const of = colorScheme === 'dark' ? 'colours' : 'all';
      found.push(...(await faultsOf(page, `${name}, ${colorScheme}, ${width}`, of)));
      if (isKept) await scene.shot(page, `${name}-${colorScheme}-${width}`);
    }
  };

const filled = async (scene: Scene): Promise<Record<string, string>> => {
  const { client, engine } = scene;
  await engine.request('POST', '/containers/frozen/pause');
  const rules = [{ label: 'com.docker.compose.project' }];
  await client.expect(201, 'POST', '/api/v1/tags', { name: 'shop', color: '#c2410c', rules });
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
  await fillNotifications(scene);
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

const fillNotifications = async ({ client }: Scene): Promise<void> => {
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
};

/** Resolves when the page shows what it has, and is live. */
export const settled = async (page: Page): Promise<void> => {
  await new Shell(page).title.waitFor();
  await page.getByRole('banner').getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
};
