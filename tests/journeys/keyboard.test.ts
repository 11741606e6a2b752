import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { owner } from '../../lab/api-client.ts';
import { waitUntil } from '../../lab/wait.ts';
import { hasFocus, tabTo } from './focus.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Editor, Rows, Shell } from './pages.ts';

const containers = { web: {}, db: {} };

journey(
  'with the keyboard alone one signs in, makes a schedule, stops a container, and always sees where the focus is',
  { folder: 'keyboard', containers },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web', 'db');
    const page = await scene.newPage();
    await signIn(page);
    await skipNavigation(page);
    await makeSchedule(scene, page);
    await workOnRow(scene, page);
    await stopContainer(scene, page);
    scene.expectQuiet();
  },
);

journey(
  'letters go to pages, search and help, and what belongs to the browser stays the browser’s',
  { folder: 'shortcuts', containers },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web', 'db');
    const page = await scene.signedInPage();
    await page.goto('/');
    await new Shell(page).connection('Live');
    await goByLetters(page);
    await search(scene, page);
    await getHelp(scene, page);
    await copy(page);
    scene.expectQuiet();
  },
);

const type = (page: Page, text: string) => page.keyboard.type(text);
const press = (page: Page, key: string) => page.keyboard.press(key);

const signIn = async (page: Page): Promise<void> => {
  await page.goto('/');
  const form = new Credentials(page);
  await form.username.waitFor();
  assert.ok(await hasFocus(form.username), 'the form is ready for typing');
  await type(page, owner.username);
  await tabTo(page, form.password);
  await type(page, owner.password);
  await press(page, 'Enter');
  await new Shell(page).titled('Today');
};

const skipNavigation = async (page: Page): Promise<void> => {
  await page.reload();
  await new Shell(page).connection('Live');
  // While the page has nothing to reach yet, Tab goes past it.
  await page.getByRole('main').getByRole('link').first().waitFor();
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await tabTo(page, skip);
  await press(page, 'Enter');
  await press(page, 'Tab');
  assert.ok(await page.locator(':focus').evaluate((element) => element.closest('main') !== null));
};

const makeSchedule = async (scene: Scene, page: Page): Promise<void> => {
  const editor = new Editor(page);
  await tabTo(page, page.getByRole('link', { name: 'New schedule' }), 'Shift+Tab');
  await press(page, 'Enter');
  await new Shell(page).titled('New schedule');
  await editor.create.waitFor();
  await tabTo(page, editor.action('Restart'));
  await press(page, 'ArrowRight');
  assert.ok(await editor.action('Start').isChecked());
  await press(page, 'ArrowLeft');
  assert.ok(await editor.action('Restart').isChecked());
  await tabTo(page, editor.target);
  await type(page, 'b');
  await press(page, 'ArrowDown');
  await scene.shot(page, 'choosing');
  await press(page, 'Enter');
  await editor.chosen.getByText('web').waitFor();
  await tabTo(page, editor.expression);
  await press(page, 'Control+A');
  await type(page, '0 4 * * 0');
  await page.getByText('At 04:00, Sunday').first().waitFor();
  await scene.shot(page, 'editor');
  await tabTo(page, editor.create);
  await press(page, 'Enter');
  await new Shell(page).titled('Schedules');
  await new Rows(page, 'Schedules').of(page, 'Restart web').waitFor();
};

const workOnRow = async (scene: Scene, page: Page): Promise<void> => {
  const row = new Rows(page, 'Schedules').of(page, 'Restart web');
  await tabTo(page, row.getByRole('switch'));
  await press(page, 'Space');
  await row.getByRole('switch', { checked: false }).waitFor();
  await tabTo(page, row.getByRole('button', { name: 'More for Restart web' }));
  await press(page, 'Enter');
  await waitUntil('the focus to be in the menu', 30_000, 20, () => hasFocus(item(page, 'Edit')));
  await press(page, 'ArrowUp');
  assert.ok(await hasFocus(item(page, 'Delete')), 'the menu goes round');
  await scene.shot(page, 'menu');
  await press(page, 'Escape');
  await waitUntil('the focus to be back', 30_000, 20, () => hasFocus(row.getByRole('button', { name: 'More for' })));
  await press(page, 'Enter');
  await waitUntil('the focus to be in the menu', 30_000, 20, () => hasFocus(item(page, 'Edit')));
  await press(page, 'ArrowUp');
  await press(page, 'Enter');
  await row.waitFor({ state: 'detached' });
  await tabTo(page, new Shell(page).messages.getByRole('button', { name: 'Undo' }));
  await press(page, 'Enter');
  await row.waitFor();
};

const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true });

const stopContainer = async (scene: Scene, page: Page): Promise<void> => {
  await press(page, 'g');
  await press(page, 'c');
  await new Shell(page).titled('Containers');
  const row = new Rows(page, 'Containers').of(page, 'db');
  await row.waitFor();
  await tabTo(page, row.getByRole('button', { name: 'Stop db' }));
  await press(page, 'Enter');
  await row.getByText(/^stopped, /).waitFor();
  await scene.shot(page, 'stopped');
};

const goByLetters = async (page: Page): Promise<void> => {
  const pages = { s: 'Schedules', r: 'Runs', c: 'Containers', h: 'Hosts', a: 'Activity', e: 'Settings', t: 'Today' };
  for (const [letter, title] of Object.entries(pages)) {
    await press(page, 'g');
    await press(page, letter);
    await new Shell(page).titled(title);
  }
};

const search = async (scene: Scene, page: Page): Promise<void> => {
  await press(page, 'g');
  await press(page, 'c');
  await new Rows(page, 'Containers').of(page, 'db').waitFor();
  await press(page, '/');
  assert.ok(await hasFocus(page.getByRole('searchbox')));
  await type(page, 'web');
  await new Rows(page, 'Containers').of(page, 'db').waitFor({ state: 'detached' });
  assert.match(page.url(), /\?q=web$/, 'the address holds the search');
  await press(page, 'Escape');
  await new Rows(page, 'Containers').of(page, 'db').waitFor();
  await press(page, 'Escape');
  for (const [key, name] of [
    ['j', 'db'],
    ['j', 'web'],
    ['k', 'db'],
  ] as const) {
    await press(page, key);
    assert.ok(await hasFocus(page.getByRole('link', { name, exact: true })), `${key} leads to ${name}`);
  }
  await press(page, 'x');
  await page.getByRole('region', { name: 'Selected containers' }).waitFor();
  await scene.shot(page, 'selected');
  await press(page, 'x');
  await page.getByRole('region', { name: 'Selected containers' }).waitFor({ state: 'detached' });
};

const getHelp = async (scene: Scene, page: Page): Promise<void> => {
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await press(page, '?');
  await help.waitFor();
  await scene.shot(page, 'help');
  await press(page, 'g');
  await press(page, 's');
  await help.waitFor();
  await press(page, 'Escape');
  await help.waitFor({ state: 'detached' });
  await new Shell(page).titled('Containers');
};

/** Ctrl+C copies, and neither it nor other combinations are shortcuts of the page. */
const copy = async (page: Page): Promise<void> => {
  await page.evaluate(`addEventListener('copy', () => { window.copied = String(getSelection()); })`);
  await page.getByRole('link', { name: 'web', exact: true }).selectText();
  await press(page, 'Control+c');
  assert.equal(await page.evaluate('window.copied'), 'web');
  for (const letter of ['x', 'e', 'k']) await press(page, `Control+${letter}`);
  await new Shell(page).titled('Containers');
  assert.equal(await page.getByRole('region', { name: 'Selected containers' }).count(), 0);
};
