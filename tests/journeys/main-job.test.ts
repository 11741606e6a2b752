import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Page as Listing, Run, Schedule } from '../../contract/index.ts';
import { owner } from '../../lab/api-client.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Editor, Rows, Shell } from './pages.ts';

const everyMs = 5000;
/** Two seconds to end: long enough to be seen stopping. */
const slow = ['/bin/sh', '-c', 'trap "sleep 2; exit 0" TERM; while :; do sleep 0.1; done'];
const containers = { web: { labels: { 'com.docker.compose.project': 'shop' } }, db: { cmd: slow } };

journey(
  'a newcomer makes the account and a schedule, sees it run on time, stops a container by hand, and finds both on record',
  { folder: 'main-job', containers },
  async (scene, t) => {
    const page = await scene.newPage();
    await setUp(scene, page);
    await seeContainers(scene, page);
    await makeSchedule(scene, page);
    await seeItRun(scene, page);
    t.diagnostic(`starts after their slot, in ms: ${await compareWithEngine(scene)}`);
    await stopByHand(scene, page);
    await findBothOnRecord(scene, page);
    assert.equal(scene.watchOf(page).documents, 1, 'everything so far was shown without a reload');
    await switchOffAndDelete(scene, page);
    await signOut(scene, page);
    scene.expectQuiet();
  },
);

const setUp = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/');
  await new Shell(page).titled('Create the owner account');
  await scene.shot(page, 'setup');
  await new Credentials(page).submit(owner.username, owner.password, 'Create the account');
  await new Shell(page).titled('Containers');
  await scene.client.signIn();
};

const seeContainers = async (scene: Scene, page: Page): Promise<void> => {
  const rows = new Rows(page, 'Containers');
  for (const name of Object.keys(containers)) await rows.of(page, name).getByText('running').waitFor();
  await new Shell(page).connection('Live');
  await scene.shot(page, 'containers');
};

const makeSchedule = async (scene: Scene, page: Page): Promise<void> => {
  const editor = new Editor(page);
  await page.getByRole('link', { name: 'New schedule' }).click();
  await new Shell(page).titled('New schedule');
  await editor.addTarget('web');
  await editor.expression.fill('61 * * * *');
  await page.getByText(/minute.*0.*59/i).waitFor();
  assert.equal(await editor.expression.getAttribute('aria-invalid'), 'true');
  await scene.shot(page, 'bad-expression');
  await editor.expression.fill('');
  await editor.expression.pressSequentially('*/5 * * * * *');
  await waitUntil('five runs in steps of five seconds', 30_000, 50, async () => {
    const lines = await editor.nextRuns.allInnerTexts();
    const times = lines.map((line) => /\d\d:\d\d:(\d\d)/.exec(line)?.[1]);
    return times.length === 5 && times.every((seconds) => Number(seconds) % 5 === 0) && new Set(times).size === 5;
  });
  assert.equal(await editor.expression.getAttribute('aria-invalid'), 'false');
  assert.equal(await editor.name.inputValue(), 'Restart web', 'a name is suggested');
  await scene.shot(page, 'editor');
  await editor.create.click();
  await new Shell(page).titled('Schedules');
  await new Rows(page, 'Schedules').of(page, 'Restart web').waitFor();
  await scene.shot(page, 'schedules');
};

const seeItRun = async (scene: Scene, page: Page): Promise<void> => {
  const row = new Rows(page, 'Schedules').of(page, 'Restart web');
  await row.getByRole('img', { name: /^\d+ Succeeded$/ }).waitFor();
  await scene.shot(page, 'it-ran');
  await new Shell(page).go('Runs');
  await new Rows(page, 'Runs').with('Restart web', 'Schedule', 'Succeeded').first().waitFor();
  await scene.shot(page, 'runs');
};

/** The engine restarted the container once for each run, at its slot; answers with how late the runs began. */
const compareWithEngine = async (scene: Scene): Promise<string> => {
  const schedule = await onlySchedule(scene);
  const finished = (await scene.client.runs(schedule.id)).filter((run) => run.finishedAt !== null);
  const events = (await scene.engine.events()).filter((e) => e.name === 'web' && e.action === 'restart');
  assert.ok(finished.length > 0);
  for (const [index, run] of finished.entries()) {
    const slot = instant(run.scheduledFor);
    assert.equal(slot % everyMs, 0);
    assert.equal(slot, instant(finished[0]?.scheduledFor ?? null) + index * everyMs, 'no slot is left out');
    const within = events.filter(({ at }) => at >= slot && at < slot + everyMs);
    assert.equal(within.length, 1, `one restart belongs to the slot ${run.scheduledFor}`);
    assert.equal(run.outcome, 'succeeded');
  }
  return finished.map((run) => instant(run.startedAt) - instant(run.scheduledFor)).join(' ');
};

const stopByHand = async (scene: Scene, page: Page): Promise<void> => {
  await new Shell(page).go('Containers');
  const row = new Rows(page, 'Containers').of(page, 'db');
  await row.getByRole('button', { name: 'Stop db' }).click();
  await row.getByText('Stopping…').waitFor();
  await scene.shot(page, 'stopping');
  await row.getByText(/^stopped, /).waitFor();
  await row.getByRole('button', { name: 'Start db' }).waitFor();
  await scene.shot(page, 'stopped');
  const { json } = await scene.engine.request('GET', '/containers/db/json');
  assert.match(JSON.stringify(json), /"Status":"exited"/);
};

const findBothOnRecord = async (scene: Scene, page: Page): Promise<void> => {
  const shell = new Shell(page);
  await shell.go('Runs');
  const runs = new Rows(page, 'Runs');
  await runs.with('Restart web', 'Schedule', 'Succeeded').first().waitFor();
  const byHand = runs.with('Stop db', `By hand, ${owner.username}`, 'Succeeded');
  await byHand.waitFor();
  await scene.shot(page, 'both-in-runs');
  await byHand.getByRole('link', { name: 'Stop db' }).click();
  await page.getByText(`By hand, ${owner.username}`).waitFor();
  await page.getByText('127.0.0.1').waitFor();
  await scene.shot(page, 'run');
  await shell.go('Activity');
  const activity = new Rows(page, 'Activity');
  await activity.with('Restart', 'web', 'Restart web').first().waitFor();
  await activity.with(owner.username, 'Stop', 'db', '127.0.0.1').waitFor();
  await activity.with(owner.username, 'Create schedule', 'Restart web').waitFor();
  await scene.shot(page, 'both-in-activity');
};

const switchOffAndDelete = async (scene: Scene, page: Page): Promise<void> => {
  const shell = new Shell(page);
  const { id } = await onlySchedule(scene);
  await shell.go('Schedules');
  const row = new Rows(page, 'Schedules').of(page, 'Restart web');
  await row.getByRole('switch', { name: 'Restart web is on' }).click();
  await row.getByRole('switch', { checked: false }).waitFor();
  await row.getByText('off', { exact: true }).waitFor();
  await scene.shot(page, 'switched-off');
  await shell.choose('More for Restart web', 'Delete');
  await row.waitFor({ state: 'detached' });
  assert.deepEqual(await schedulesOf(scene), [], 'what is out of sight is deleted');
  await scene.shot(page, 'deleted');
  await shell.messages.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  assert.equal((await onlySchedule(scene)).id, id, 'it is the same one');
  await shell.choose('More for Restart web', 'Delete');
  await row.waitFor({ state: 'detached' });
};

const signOut = async (scene: Scene, page: Page): Promise<void> => {
  const shell = new Shell(page);
  await shell.go('Containers');
  await new Rows(page, 'Containers').of(page, 'web').waitFor();
  await shell.choose(`Account: ${owner.username}`, 'Sign out');
  await shell.titled('Sign in');
  assert.equal((await page.request.get('/api/v1/containers')).status(), 401);
  assert.deepEqual(await schedulesOf(scene), [], 'the schedule stays deleted');
  await page.goBack();
  await shell.titled('Sign in');
  assert.doesNotMatch(await page.locator('body').innerText(), /\b(web|db|Restart)\b/);
  await page.goto('/containers');
  await shell.titled('Sign in');
  assert.doesNotMatch(await page.locator('body').innerText(), /\b(web|db|Restart)\b/);
  await scene.shot(page, 'signed-out');
};

const onlySchedule = async (scene: Scene): Promise<Schedule> => {
  const [schedule, ...others] = await schedulesOf(scene);
  assert.ok(schedule && others.length === 0);
  return schedule;
};

const schedulesOf = async ({ client }: Scene): Promise<Schedule[]> =>
  (await client.expect<Listing<Schedule>>(200, 'GET', '/api/v1/schedules')).items;

const instant = (at: Run['startedAt']): number => {
  assert.ok(at);
  return Date.parse(at);
};
