import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { ContainerMarks, Page as Pages, Tag } from '../../contract/index.ts';
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
    await command(scene, page);
    await byHand(scene, page);
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
  const document = page.getByRole('region', { name: 'The engine’s own document' });
  const policy = document.getByText('"unless-stopped"');
  await document.getByText('"HostConfig": {').waitFor();
  assert.ok(!(await policy.isVisible()));
  await document.getByText('"HostConfig": {').click();
  await document.getByText('"RestartPolicy": {').click();
  await policy.waitFor();
  await scene.shot(page, 'folds');
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.getByRole('button', { name: 'Fold all' }).waitFor();
  await page.getByRole('searchbox', { name: 'Find in it' }).fill('unless-stopped');
  await document.locator('mark').waitFor();
  await page.getByText('1 line', { exact: true }).waitFor();
  await scene.shot(page, 'inside');
};

const write = async (scene: Scene, page: Page): Promise<void> => {
  const card = page.getByRole('region', { name: 'Tags, address, notes' });
  await card.getByRole('button', { name: 'Edit' }).click();
  await card.getByLabel('New tag').fill('data');
  await card.getByLabel('New tag').press('Enter');
  await card.getByRole('checkbox', { name: 'data', exact: true }).waitFor();
  assert.ok(await card.getByRole('checkbox', { name: 'data', exact: true }).isChecked());
  await manageTags(scene, page);
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

/** A tag gets another colour and a rule, and one is deleted: none of it sends the form behind. */
const manageTags = async (scene: Scene, page: Page): Promise<void> => {
  const card = page.getByRole('region', { name: 'Tags, address, notes' });
  await card.getByLabel('New tag').fill('mistake');
  await card.getByLabel('New tag').press('Enter');
  await card.getByRole('checkbox', { name: 'mistake' }).waitFor();
  await card.getByRole('button', { name: 'Names, colours and rules of tags…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Tags' });
  await dialog.getByRole('button', { name: 'Delete mistake' }).click();
  await dialog.getByText('It goes from every container.').waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await dialog.getByText('mistake').waitFor({ state: 'detached' });
  await rules(scene, page, dialog);
  await dialog.getByRole('button', { name: 'Close' }).click();
  assert.equal(await card.getByRole('checkbox', { name: 'mistake' }).count(), 0);
  assert.ok(await card.getByRole('checkbox', { name: 'data', exact: true }).isChecked());
  // What comes by a label cannot be taken off here, and says so.
  const byLabel = card.getByRole('checkbox', { name: 'stacked by label com.docker.compose.project' });
  assert.deepEqual([await byLabel.isChecked(), await byLabel.isDisabled()], [true, true]);
  await page.getByRole('link', { name: 'stacked by label com.docker.compose.project' }).waitFor();
};

const rules = async (scene: Scene, page: Page, dialog: Locator): Promise<void> => {
  await dialog.getByRole('button', { name: 'Edit data' }).click();
  await dialog.getByLabel('Colour').fill('#c2410c');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: 'Edit data' }).waitFor();
  await dialog.getByRole('button', { name: 'New tag' }).click();
  await dialog.getByLabel('Name').fill('stacked');
  await dialog.getByRole('button', { name: 'Add a rule' }).click();
  await dialog.getByLabel('Label of rule 1').fill('com.docker.compose.project');
  await dialog.getByText('Reaches 2 containers now: db, web').waitFor();
  await dialog.getByRole('button', { name: 'Add a rule' }).click();
  await dialog.getByLabel('Value of rule 2').fill('db');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Must not be empty.').waitFor();
  assert.ok(
    await dialog.getByLabel('Label of rule 2').evaluate((field) => field === field.ownerDocument.activeElement),
  );
  await dialog.getByLabel('Label of rule 2').fill('com.docker.compose.service');
  await dialog.getByText('Reaches 1 container now: db').waitFor();
  await scene.shot(page, 'tags');
  await dialog.getByRole('button', { name: 'Remove rule 1' }).click();
  await dialog.getByLabel('Value of rule 1').fill('web');
  await dialog.getByText('Reaches no container now.').waitFor();
  await dialog.getByLabel('Label of rule 1').fill('com.docker.compose.project');
  await dialog.getByLabel('Value of rule 1').fill('shop');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('by label com.docker.compose.project=shop').waitFor();
  const { items } = await scene.client.expect<Pages<Tag>>(200, 'GET', '/api/v1/tags');
  assert.deepEqual(
    items.map(({ name, color, rules, containers }) => [name, color, rules, containers]),
    [
      ['data', '#c2410c', [], 0],
      ['stacked', '#2f81d0', [{ label: 'com.docker.compose.project', value: 'shop' }], 2],
    ],
  );
};

/** Its output comes while it runs, and its exit code in the end. */
const command = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByText('Run a command', { exact: true }).click();
  await page.getByLabel('Command', { exact: true }).fill('sh -c "echo first; sleep 2; echo last; exit 3"');
  await page.getByRole('button', { name: 'Run it' }).click();
  const output = page.getByRole('region', { name: 'Output of db' });
  await output.getByText('first').waitFor();
  assert.equal(await output.getByText('last').count(), 0);
  await output.getByText('last').waitFor();
  await page.locator('form').getByText('exit code 3', { exact: true }).waitFor();
  await scene.shot(page, 'command');
};

const byHand = async (scene: Scene, page: Page): Promise<void> => {
  const choose = async (item: string) => {
    await page.getByRole('button', { name: 'More for' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    return page.getByRole('dialog');
  };
  const clone = await choose('Clone…');
  assert.equal(await clone.getByLabel('Name of the clone').inputValue(), 'db-copy');
  await clone.getByLabel('Start it').check();
  await scene.shot(page, 'clone');
  await clone.getByRole('button', { name: 'Clone' }).click();
  await scene.client.untilSeen('db-copy');
  await page.goto('/containers/1/db-copy');
  await new Shell(page).titled('db-copy');
  const rename = await choose('Rename…');
  await rename.getByLabel('New name').fill('db');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await rename.getByText('Another container of this host has that name.').waitFor();
  await rename.getByLabel('New name').fill('spare');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await new Shell(page).titled('spare');
  const schedule = await scene.client.schedule('Restart spare', '0 4 * * 0', [
    { action: 'restart', targets: [{ hostId: 1, container: 'spare' }] },
  ]);
  const remove = await choose('Remove…');
  await remove.getByRole('link', { name: schedule.name }).waitFor();
  await remove.getByText('Its anonymous volumes (/var/lib/data)').waitFor();
  await scene.shot(page, 'remove');
  assert.equal(await remove.getByRole('button', { name: 'Remove' }).getAttribute('aria-disabled'), 'true');
  await remove.getByLabel('Remove its anonymous volumes, too').check();
  await remove.getByLabel('It is running: kill it first').check();
  await remove.getByRole('button', { name: 'Remove' }).click();
  await new Shell(page).titled('Containers');
  assert.equal((await scene.engine.request('GET', '/containers/spare/json')).status, 404);
};

/** What is in sight is measured, and shown in the list. */
const usage = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/containers');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'db', exact: true }) });
  await waitUntil('memory is shown', 30_000, 100, async () => /\d [kM]B/.test(await row.innerText()));
  await scene.shot(page, 'list');
};
