import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ContainerMarks } from '../../contract/index.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const project = { 'com.docker.compose.project': 'shop' };
const containers = {
  db: {
    env: { POSTGRES_PASSWORD: 'correct horse', TZ: 'UTC' },
    labels: { ...project, 'com.docker.compose.service': 'db' },
    healthcheck: { Test: ['CMD', 'echo', 'accepting connections'], Interval: 1e9, Retries: 1 },
    hostConfig: { Memory: 64 * 1024 * 1024, RestartPolicy: { Name: 'unless-stopped' } },
    more: { Volumes: { '/var/lib/data': {} } },
  },
  web: { labels: { ...project, 'com.docker.compose.depends_on': 'db:service_healthy:false' } },
};

journey(
  'a container’s page tells what it is made of, keeps secrets until asked, and takes tags, an address and notes',
  { folder: 'container', containers },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('db', 'web');
    const page = await scene.signedInPage();
    await page.goto('/containers/1/db');
    await new Shell(page).titled('db');
    await closer(scene, page);
    await inside(scene, page);
    await write(scene, page);
    await usage(scene, page);
    scene.expectQuiet();
  },
);

const closer = async (scene: Scene, page: Page): Promise<void> => {
  const card = page.getByRole('region', { name: 'As the engine knows it' });
  await card.getByText('healthy', { exact: true }).waitFor();
  await card.getByText('64 MB of memory').or(card.getByText('67 MB of memory')).waitFor();
  await card.getByRole('link', { name: 'web' }).waitFor();
  await card.getByText('Answers of the health check').click();
  await card.getByText('accepting connections').first().waitFor();
  await card.getByText('1 mount').click();
  await card.getByText('anonymous').waitFor();
  await card.getByRole('button', { name: 'Measure' }).click();
  await card.getByText('with its image').waitFor();
  await card.getByText('of its environment').click();
  await card.getByText('POSTGRES_PASSWORD').waitFor();
  assert.equal(await card.getByText('correct horse').count(), 0);
  await scene.shot(page, 'closer');
  await card.getByRole('button', { name: 'Show what looks like a secret' }).click();
  await card.getByText('correct horse').waitFor();
  await card.getByRole('button', { name: 'Hide secrets' }).click();
  await card.getByText('correct horse').waitFor({ state: 'detached' });
};

const inside = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByText('Processes', { exact: true }).click();
  await page.getByRole('region', { name: 'Processes' }).getByText('sleep infinity', { exact: true }).first().waitFor();
  await page.getByText('The engine’s own document').click();
  await page.getByRole('searchbox', { name: 'Find in it' }).fill('unless-stopped');
  await page.getByRole('region', { name: 'The engine’s own document' }).locator('mark').waitFor();
  await page.getByText('1 line', { exact: true }).waitFor();
  await scene.shot(page, 'inside');
};

const write = async (scene: Scene, page: Page): Promise<void> => {
  const card = page.getByRole('region', { name: 'Tags, address, notes' });
  await card.getByRole('button', { name: 'Edit' }).click();
  await card.getByLabel('New tag').fill('data');
  await card.getByLabel('New tag').press('Enter');
  await card.getByRole('checkbox', { name: 'data' }).waitFor();
  assert.ok(await card.getByRole('checkbox', { name: 'data' }).isChecked());
  await card.getByLabel('Web page').fill('javascript:alert(1)');
  await card.getByLabel('Notes').fill('Ask Ada first.');
  await card.getByRole('button', { name: 'Save' }).click();
  await card.getByText('must be an address that begins with http').waitFor();
  await scene.shot(page, 'edit');
  await card.getByLabel('Web page').fill('https://db.example/');
  await card.getByRole('button', { name: 'Save' }).click();
  await card.getByText('Ask Ada first.').waitFor();
  await page.getByRole('link', { name: 'https://db.example/' }).waitFor();
  const marks = await scene.client.expect<ContainerMarks>(200, 'GET', '/api/v1/hosts/1/containers/db/marks');
  assert.deepEqual(marks, { tags: ['data'], webUrl: 'https://db.example/', notes: 'Ask Ada first.' });
};

/** What is in sight is measured, and shown in the list. */
const usage = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/containers');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'db', exact: true }) });
  await waitUntil('memory is shown', 30_000, 100, async () => /\d [kM]B/.test(await row.innerText()));
  await scene.shot(page, 'list');
};
