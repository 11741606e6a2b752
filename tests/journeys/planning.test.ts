import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Page as Listing, Schedule, SchedulePreview } from '../../contract/index.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

journey(
  'said in words, tried without touching anything, a schedule is made; one of its slots is skipped, put off and given back; why tells what was',
  { folder: 'planning', containers: { web: {}, resting: { start: false } } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web', 'resting');
    const page = await scene.signedInPage();
    await page.goto('/schedules/new?host=1&container=web');
    await sayWhen(page);
    await rehearse(scene, page);
    const schedule = await save(scene, page);
    await page.goto(`/schedules/${schedule.id}`);
    await decideOnSlot(scene, page, schedule);
    await askWhy(scene, page, schedule);
    await askFromLists(scene, page, schedule);
    scene.expectQuiet();
  },
);

const sayWhen = async (page: Page): Promise<void> => {
  const phrase = page.getByLabel('In words');
  await phrase.fill('weekdays 7:30');
  await page.getByText('Understood: At 07:30, Monday to Friday').waitFor();
  assert.equal(await page.getByLabel('Cron expression').inputValue(), '30 7 * * MON-FRI');
  await phrase.fill('every blue moon');
  await page.locator('#phrase[aria-invalid=true]').waitFor();
  assert.equal(await page.getByLabel('Cron expression').inputValue(), '30 7 * * MON-FRI', 'what was understood stays');
  await phrase.press('Enter');
  assert.match(page.url(), /schedules\/new/, 'half a phrase saves nothing');
};

const rehearse = async (scene: Scene, page: Page): Promise<void> => {
  const sinceMs = Date.now();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('heading', { name: 'What a run would do now' }).waitFor();
  await page.getByText('would be done: would restart it').waitFor();
  await scene.shot(page, 'dry-run');
  assert.deepEqual(await scene.engine.events(sinceMs), []);
  await page.getByRole('button', { name: 'Close the dry run' }).click();
  await page.getByRole('heading', { name: 'What a run would do now' }).waitFor({ state: 'detached' });
};

const save = async (scene: Scene, page: Page): Promise<Schedule> => {
  await page.getByRole('button', { name: 'Create the schedule' }).click();
  await new Shell(page).titled('Schedules');
  const { items } = await scene.client.expect<Listing<Schedule>>(200, 'GET', '/api/v1/schedules');
  const [only] = items;
  assert.ok(only);
  return only;
};

const decideOnSlot = async (scene: Scene, page: Page, { id }: Schedule): Promise<void> => {
  const menu = page.getByRole('button', { name: /^Decide on/ }).first();
  const choose = async (item: string) => {
    await menu.click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const fateIs = (words: string, isFit: (slot: SchedulePreview['slots'][number] | undefined) => boolean) =>
    waitUntil(words, 30_000, 50, async () => {
      const path = `/api/v1/schedules/${id}/preview?count=1`;
      return isFit((await scene.client.expect<SchedulePreview>(200, 'GET', path)).slots[0]);
    });
  await choose('Skip this one');
  await page.getByText('would be skipped: skipped by owner').waitFor();
  await fateIs('the slot to be skipped', (slot) => slot?.override === 'skip');
  await scene.shot(page, 'skipped');
  await choose('Run by the rule again');
  await fateIs('the slot to be due again', (slot) => slot?.override === null);
  await page.getByText('would be skipped: skipped by owner').waitFor({ state: 'detached' });
  await choose('Put off…');
  await page.getByRole('dialog').getByRole('button', { name: 'Put off' }).click();
  await page.getByText(/put off to .* by owner/).waitFor();
  await fateIs('the slot to be put off', (slot) => slot?.override === 'postpone');
};

const askWhy = async (scene: Scene, page: Page, { id }: Schedule): Promise<void> => {
  await scene.client.expect(200, 'POST', `/api/v1/schedules/${id}/run?wait=true`, {});
  await page.goto(`/schedules/${id}?why=${new Date().toISOString()}`);
  await page.getByText(/A run by owner: succeeded/).waitFor();
  const around = page.getByRole('heading', { name: 'What the containers did around it' }).locator('..');
  await around.getByRole('listitem').filter({ hasText: 'web' }).filter({ hasText: 'running' }).first().waitFor();
  assert.equal(await around.getByText('resting').count(), 0);
  await around.scrollIntoViewIfNeeded();
  await scene.shot(page, 'why');
};

/** From both lists the answer is there at once: nothing has to be pressed on the page that is opened. */
const askFromLists = async (scene: Scene, page: Page, { name }: Schedule): Promise<void> => {
  await page.goto('/schedules');
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Why?' }).click();
  await page.getByText(/A run by owner: succeeded/).waitFor();
  await scene.client.expect(200, 'PATCH', '/api/v1/settings', { isPaused: true });
  const steps = [{ action: 'wait', options: { durationMs: 1 } }];
  const often = { name: 'Often', trigger: { kind: 'interval', everyMs: 1000 }, steps };
  await scene.client.expect(201, 'POST', '/api/v1/schedules', often);
  await page.goto('/runs');
  await page.getByRole('link', { name: 'Why? Often' }).first().waitFor();
  await scene.shot(page, 'runs');
  await page.getByRole('link', { name: 'Why? Often' }).first().click();
  await page
    .getByText(/skipped \(paused\); all schedules were paused/)
    .first()
    .waitFor();
};
