import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Backups } from '../../contract/index.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

journey(
  'somebody changes the hour of the daily copy, makes one now, and downloads it',
  { folder: 'backups', containers: {} },
  async (scene) => {
    const { client } = scene;
    await client.setUp();
    const page = await scene.signedInPage();
    await page.goto('/settings');
    await new Shell(page).titled('Settings');
    const part = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Copies of the database' }) });
    await part.getByText('There is no copy yet.').waitFor();
    await part.getByLabel('Each day at').selectOption('05:00');
    await part.getByLabel('Of each kind keep').fill('0');
    await part.getByRole('button', { name: 'Save' }).click();
    await part.getByText(/must be at least 1/i).waitFor();
    await part.getByLabel('Of each kind keep').fill('14');
    await part.getByRole('button', { name: 'Save' }).click();
    await new Shell(page).messages.getByText('Saved.').waitFor();
    await part.getByRole('button', { name: 'Back up now' }).click();
    await new Shell(page).messages
      .getByText(/^Copied and read through: by-hand-/)
      .first()
      .waitFor();
    const item = part.getByRole('listitem').filter({ hasText: 'By hand' });
    await item.waitFor();
    await item.scrollIntoViewIfNeeded();
    await scene.shot(page, 'list');
    const { items } = await client.expect<Backups>(200, 'GET', '/api/v1/backups');
    assert.equal(items.length, 1);

    const [download] = await Promise.all([page.waitForEvent('download'), item.getByRole('button').click()]);
    assert.equal(download.suggestedFilename(), items[0]?.name);
    const bytes = readFileSync(await download.path());
    assert.deepEqual([bytes.subarray(0, 15).toString(), bytes.length], ['SQLite format 3', items[0]?.bytes]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await item.scrollIntoViewIfNeeded();
    await scene.shot(page, 'dark-390');
    scene.expectQuiet();
  },
);
