import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Page as Listing, Run, Schedule } from '../contract/index.ts';
import { ApiClient } from '../lab/api-client.ts';
import { launchChromium } from '../lab/chromium.ts';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import { tinyImage } from '../lab/tiny-image.ts';
import { waitUntil } from '../lab/wait.ts';
import { createApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import { createLogger } from '../server/log/index.ts';
import { example, examples, schedules, timeZone } from './screenshot-example.ts';
import { TravelClock } from './travel-clock.ts';

/**
 * Takes the pictures of docs/images: a real program on a real engine with made-up containers, whose clock is moved
 * through three days from slot to slot, so that there is a past to show. Needs what the tests need, and a built UI:
 *
 *   npm run build && node scripts/screenshots.ts
 */
const folder = join(import.meta.dirname, '../docs/images');
const patienceMs = 30_000;

const take = async (): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chr-pictures-'));
  const engine = await privateEngine({ network: true });
  const clock = new TravelClock();
  const config = readConfig({
    DATA_DIR: dataDir,
    DOCKER_HOST: engine.url,
    HOST: '127.0.0.1',
    PORT: '0',
    TZ: timeZone,
  });
  const log = createLogger({ level: 'error', isPretty: true, write: (line) => void process.stderr.write(line) });
  const app = await createApp(config, { clock, log });
  try {
    await fill(engine);
    const { address } = await app.start();
    const client = new ApiClient(address);
    await client.setUp();
    await client.untilSeen(...Object.keys(examples));
    for (const { name, expression, steps } of schedules) {
      const trigger = { kind: 'cron', expression };
      await client.expect(201, 'POST', '/api/v1/schedules', { name, trigger, steps });
    }
    await engine.remove('restic');
    await live(clock, client);
    await picture(clock, client);
  } finally {
    await app.stop(1000);
    await engine.close();
    rmSync(dataDir, { recursive: true });
  }
};

const fill = async (engine: LabEngine): Promise<void> => {
  for (const [name, { image, stack, port: exposed, check }] of Object.entries(examples)) {
    const [repo = '', tag = ''] = image.split(':');
    await engine.request('POST', `/images/${encodeURIComponent(tinyImage)}/tag?repo=${repo}&tag=${tag}`);
    await engine.run(name, {
      ...(stack && { labels: { 'com.docker.compose.project': stack } }),
      ...(check && { healthcheck: { Test: ['CMD-SHELL', check], Interval: 2e9, Timeout: 2e9, Retries: 1 } }),
      ...(exposed && { hostConfig: { PortBindings: { [`${exposed}/tcp`]: [{ HostPort: `${exposed}` }] } } }),
      more: { Image: image, ...(exposed && { ExposedPorts: { [`${exposed}/tcp`]: {} } }) },
    });
  }
};

/** Goes from slot to slot until the morning three days on, and waits at each until what was due is done. */
const live = async (clock: TravelClock, client: ApiClient): Promise<void> => {
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now()).toZonedDateTimeISO(timeZone);
  const end = now.add({ days: 3 }).with({ hour: 8, minute: 41, second: 10 }).epochMilliseconds;
  for (;;) {
    const { items } = await client.expect<Listing<Schedule>>(200, 'GET', '/api/v1/schedules');
    const next = Math.min(...items.map((schedule) => Date.parse(schedule.nextRunAt ?? '9999-01-01')));
    clock.travel(Math.min(next, end) - clock.now() - 20);
    if (next > end) return;
    await sleep(50);
    await untilIdle(client, next);
  }
};

const untilIdle = (client: ApiClient, slotMs: number): Promise<void> =>
  waitUntil('the runs to end', patienceMs, 20, async () => {
    const { items } = await client.expect<Listing<Run>>(200, 'GET', '/api/v1/runs?limit=20');
    const isDue = items.some((run) => Date.parse(run.scheduledFor ?? '') === slotMs);
    return isDue && items.every(({ outcome }) => outcome !== 'pending' && outcome !== 'running');
  });

const picture = async (clock: TravelClock, client: ApiClient): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ ...look, baseURL: client.url, colorScheme });
      const [name = '', value = ''] = client.cookie.split('=');
      await context.addCookies([{ name, value, url: client.url }]);
      const page = await context.newPage();
      await page.clock.install({ time: clock.now() });
      await page.goto('/');
      await shoot(page, `today-${colorScheme}`);
      if (colorScheme === 'dark') continue;
      await page.goto('/containers');
      await shoot(page, 'containers-light');
      await editor(page);
      await shoot(page, 'schedule-editor-light');
    }
  } finally {
    await browser.close();
  }
};

const look: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  reducedMotion: 'reduce',
  locale: 'en-GB',
  timezoneId: timeZone,
};

const editor = async (page: Page): Promise<void> => {
  await page.goto(`/schedules/new?host=1&container=${example.container}`);
  await page.getByLabel('Cron expression').fill(example.expression);
  await page.getByText(example.words).first().waitFor();
};

const shoot = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
};

await take();
