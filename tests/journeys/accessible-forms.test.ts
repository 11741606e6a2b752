import type { Page } from 'playwright-core';
import type { Look } from './viewing.ts';
import { settled, viewing } from './viewing.ts';

viewing(
  'axe finds nothing in the forms and dialogs of containers, tags, hosts, accounts and access',
  'accessible-forms',
  async ({ scene, page, look, fill }) => {
    await fill();
    await scene.signIn(page);
    await containerForms(page, look);
    await tags(page, look);
    await hostForms(page, look);
    await accountForms(page, look);
  },
);

const containerForms = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/containers/1/checked');
  await settled(page);
  for (const fold of ['Answers of the health check', 'of its environment', 'Processes', 'The engine’s own document']) {
    await page.getByText(fold).first().click();
  }
  await look('container-document');
  await page.getByRole('searchbox', { name: 'Find in it' }).fill('PASSWORD');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('checkbox', { name: 'shop' }).waitFor();
  await page.getByText('Run a command', { exact: true }).click();
  await page.getByLabel('Command', { exact: true }).fill('echo well');
  await page.getByRole('button', { name: 'Run it' }).click();
  await page.locator('form').getByText('exit code 0', { exact: true }).waitFor();
  await look('container-open');
  for (const item of ['Update…', 'Rename…', 'Clone…', 'Remove…']) {
    await page.getByRole('button', { name: 'More for' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByText('Loading…').first().waitFor({ state: 'detached' });
    await look(`container-${item.slice(0, -1).toLowerCase()}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  }
};

/** The dialog of all tags, with a tag that is edited and a deletion that is asked about. */
const tags = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/containers?tag=shop');
  await settled(page);
  await page.getByRole('button', { name: 'Tags', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Tags' });
  await dialog.getByRole('button', { name: 'Edit shop' }).click();
  await dialog.getByText('Reaches 2 containers now').waitFor();
  await look('tags-edit');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Delete shop' }).click();
  await dialog.getByRole('button', { name: 'New tag' }).click();
  await look('tags-delete');
};

const hostForms = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/hosts');
  await settled(page);
  await page.getByRole('button', { name: 'Add a host' }).click();
  for (const [kind, address] of [
    ['SSH', 'ssh://root@127.0.0.1:1'],
    ['TLS', 'tcp://192.0.2.1:2376'],
  ] as const) {
    await page.getByText(kind, { exact: true }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    if (kind === 'SSH') await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    if (kind === 'SSH') await page.getByText('Nothing listens at').waitFor();
    await look(`hosts-form-${kind}`);
  }
  for (const kind of ['Socket', 'Plain TCP']) {
    await page.getByText(kind, { exact: true }).click();
    await look(`hosts-form-${kind}`);
  }
};

const accountForms = async (page: Page, look: Look): Promise<void> => {
  await page.goto('/users');
  await settled(page);
  await page.getByRole('button', { name: 'Add an account' }).click();
  await page.getByRole('button', { name: 'Edit shop keeper' }).click();
  await look('users-forms');
  await page.goto('/profile');
  await settled(page);
  await page.getByRole('button', { name: 'Set up Codes of an app' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await look('profile-totp');
  await page.goto('/access');
  await settled(page);
  await page.getByRole('button', { name: 'Last calls deploy' }).click();
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByText('Rights one by one').click();
  await page.getByText('On some', { exact: true }).click();
  await look('access-key');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByText('Who may call').click();
  await look('access-webhook');
  await page.getByLabel('Name', { exact: true }).fill('monitor');
  await page.getByText('A schedule', { exact: true }).click();
  await page.getByLabel('Schedule', { exact: true }).selectOption('Restart web');
  await page.getByRole('switch', { name: 'Calls must be signed' }).click();
  await page.getByRole('button', { name: 'Make the webhook' }).click();
  await page.getByRole('heading', { name: 'The webhook monitor' }).waitFor();
  await look('access-told');
};
