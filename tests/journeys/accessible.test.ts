import type { Page } from 'playwright-core';
import { Rows, Shell } from './pages.ts';
import type { Look } from './viewing.ts';
import { settled, viewing } from './viewing.ts';

viewing(
  'axe finds nothing on any page, in light and dark, wide and narrow, and no page is wider than the window',
  'accessible',
  async ({ scene, page, look, fill }) => {
    await page.goto('/');
    await new Shell(page).titled('Create the owner account');
    await look('setup');
    const pages = await fill();
    await page.goto('/sign-in');
    await new Shell(page).titled('Sign in');
    await look('sign-in');
    await page.goto('/snooze#spent');
    await page.getByText('This link is none of a message').waitFor();
    await look('snooze-spent');
    await scene.signIn(page);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await settled(page);
      await look(name);
    }
    await overlays(page, look);
  },
);

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
