import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { ContainerMarks } from '../../contract/index.ts';
import { waitUntil } from '../../lab/wait.ts';
import { hasFocus, tabTo } from './focus.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Rows, Shell } from './pages.ts';

journey(
  'with the keyboard alone one adds a host, finds a container on it, and renames, tags and removes it',
  { folder: 'keyboard-hosts', containers: { web: {}, db: {} } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web', 'db');
    const page = await scene.signedInPage();
    await page.goto('/hosts');
    await new Shell(page).connection('Live');
    await addHost(scene, page);
    await open(page);
    await rename(page);
    await tag(scene, page);
    await remove(scene, page);
    scene.expectQuiet();
  },
);

const press = (page: Page, key: string) => page.keyboard.press(key);
const type = (page: Page, text: string) => page.keyboard.type(text);
const pressOn = async (page: Page, control: Locator): Promise<void> => {
  await tabTo(page, control);
  await press(page, 'Enter');
};

const addHost = async (scene: Scene, page: Page): Promise<void> => {
  const add = page.getByRole('button', { name: 'Add a host' });
  await add.waitFor();
  await pressOn(page, add);
  const form = page.getByRole('form', { name: 'Add a host' });
  await form.waitFor();
  await tabTo(page, form.getByLabel('Name', { exact: true }));
  await type(page, 'nas');
  await tabTo(page, form.getByRole('radio', { checked: true }));
  const socket = form.getByRole('radio', { name: 'Socket' });
  for (let n = 0; n < 4 && !(await socket.isChecked()); n++) await press(page, 'ArrowRight');
  await tabTo(page, form.getByLabel('Address'));
  await press(page, 'ControlOrMeta+a');
  await type(page, scene.engine.url);
  await pressOn(page, form.getByRole('button', { name: 'Test connection' }));
  await form.getByText('Version: ').waitFor();
  await tabTo(page, form.getByRole('button', { name: 'Add the host' }), 'Shift+Tab');
  await press(page, 'Enter');
  await page.getByRole('heading', { name: 'nas' }).waitFor();
  await waitUntil('its containers are seen', 20_000, 50, async () => {
    const { items } = await scene.client.expect<{ items: unknown[] }>(200, 'GET', '/api/v1/containers?host=2');
    return items.length === 2;
  });
};

const open = async (page: Page): Promise<void> => {
  await press(page, 'g');
  await press(page, 'c');
  await new Shell(page).titled('Containers');
  await press(page, '/');
  assert.ok(await hasFocus(page.getByRole('searchbox', { name: 'Search containers' })));
  await type(page, 'nas web');
  await page.getByText('1 of 4').waitFor();
  await pressOn(page, new Rows(page, 'Containers').table.getByRole('link', { name: 'web', exact: true }));
  await new Shell(page).titled('web');
};

/** Opens the menu of the container, and goes to an item by its letter. */
const choose = async (page: Page, item: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Locator> => {
  await tabTo(page, page.getByRole('button', { name: 'More for' }), key);
  await press(page, 'Enter');
  const wanted = page.getByRole('menuitem', { name: item });
  await wanted.waitFor();
  for (let n = 0; n < 5 && !(await hasFocus(wanted)); n++) await press(page, item.charAt(0));
  await press(page, 'Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
};

const rename = async (page: Page): Promise<void> => {
  const dialog = await choose(page, 'Rename…');
  assert.ok(await hasFocus(dialog.getByLabel('New name')), 'the name is ready for typing');
  await press(page, 'ControlOrMeta+a');
  await type(page, 'site');
  await press(page, 'Enter');
  await new Shell(page).titled('site');
};

const tag = async (scene: Scene, page: Page): Promise<void> => {
  const card = page.getByRole('region', { name: 'Tags, address, notes' });
  await card.getByRole('button', { name: 'Edit' }).waitFor();
  await pressOn(page, card.getByRole('button', { name: 'Edit' }));
  await tabTo(page, card.getByLabel('New tag'));
  await type(page, 'front');
  await press(page, 'Enter');
  await card.getByRole('checkbox', { name: 'front' }).waitFor();
  await pressOn(page, card.getByRole('button', { name: 'Save' }));
  await page.getByRole('link', { name: 'front' }).waitFor();
  const marks = await scene.client.expect<ContainerMarks>(200, 'GET', '/api/v1/hosts/2/containers/site/marks');
  assert.deepEqual(marks.tags, ['front']);
};

const remove = async (scene: Scene, page: Page): Promise<void> => {
  assert.ok(await hasFocus(page.getByRole('button', { name: 'Edit', exact: true })), 'one goes on from the form');
  const dialog = await choose(page, 'Remove…', 'Shift+Tab');
  const kill = dialog.getByLabel('It is running: kill it first');
  await kill.waitFor();
  await tabTo(page, kill);
  await press(page, 'Space');
  await pressOn(page, dialog.getByRole('button', { name: 'Remove' }));
  await new Shell(page).titled('Containers');
  assert.equal((await scene.engine.request('GET', '/containers/site/json')).status, 404);
};
