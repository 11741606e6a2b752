import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { Container, Page as Listing } from '../../contract/index.ts';
import { ApiClient, owner } from '../../lab/api-client.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Rows, Shell } from './pages.ts';

const run = promisify(execFile);
const shop = { labels: { 'com.docker.compose.project': 'shop' } };

journey(
  'an owner makes a role for one stack and an account that has it; who signs in with it sees that stack alone',
  { folder: 'accounts', containers: { web: shop, db: {} } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web', 'db');
    const page = await scene.signedInPage();
    await page.goto('/users');
    await addRole(scene, page);
    await addUser(scene, page);
    const keeper = await scene.newPage();
    await keeper.goto('/');
    await new Credentials(keeper).submit('kim', 'the quiet harbour lamp', 'Sign in');
    await new Shell(keeper).titled('Today');
    await keeper.goto('/containers?group=none');
    await new Rows(keeper, 'Containers').of(keeper, 'web').waitFor();
    assert.equal(await new Rows(keeper, 'Containers').of(keeper, 'db').count(), 0);
    assert.equal(await keeper.getByRole('link', { name: 'Users & roles' }).count(), 0);
    await scene.shot(keeper, 'keeper');
    await disable(page);
    await new Shell(keeper).titled('Sign in');
    await remove(page);
    scene.expectQuiet();
  },
);

const addRole = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add a role' }).click();
  await page.getByLabel('Name of the role').fill('shop keeper');
  await page.getByLabel('Read logs').check();
  await page.getByText('Only in some places').click();
  await page.getByText('Save the role').click();
  await page.getByText(/must name a host, a stack or a tag/i).waitFor();
  await page.getByLabel('Place 1: stack').fill('shop');
  const sum = 'May see containers, schedules and runs and read logs. Only here: stack shop. Nothing else is seen.';
  await page.getByRole('status').getByText(sum).waitFor();
  await scene.shot(page, 'role');
  await page.getByRole('button', { name: 'Save the role' }).click();
  await page.getByRole('listitem').filter({ hasText: 'shop keeper' }).getByText(sum).waitFor();
};

const addUser = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add an account' }).click();
  await page.getByLabel('User name').fill('kim');
  await page.getByLabel('First password', { exact: true }).fill('password1');
  await page.getByLabel('Role', { exact: true }).selectOption('shop keeper');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.locator('#new-user-password[aria-invalid=true]').waitFor();
  await scene.shot(page, 'refused');
  await page.getByLabel('First password', { exact: true }).fill('the quiet harbour lamp');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('switch', { name: 'kim may sign in' }).waitFor();
  await scene.shot(page, 'users');
};

const disable = async (page: Page): Promise<void> => {
  await page.getByRole('switch', { name: 'kim may sign in' }).click();
  await page.getByRole('switch', { name: 'kim may sign in', checked: false }).waitFor();
};

const remove = async (page: Page): Promise<void> => {
  await new Shell(page).choose('More for kim', 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('switch', { name: 'kim may sign in' }).waitFor({ state: 'detached' });
};

journey(
  'a key and a webhook are told once, with lines that work as they stand, and their calls are listed with what became of them',
  { folder: 'api-access', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web');
    const page = await scene.signedInPage();
    await page.goto('/access');
    await makeKey(scene, page);
    await makeWebhook(scene, page, { isSigned: false });
    await makeWebhook(scene, page, { isSigned: true });
    scene.expectQuiet();
  },
);

/** Runs the lines as somebody who pasted them. */
const paste = async (page: Page, region: string): Promise<string> => {
  const lines = await page
    .getByRole('region', { name: region })
    .getByRole('textbox', { name: 'To try it' })
    .innerText();
  return (await run('sh', ['-c', lines])).stdout;
};

const makeKey = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('backup script');
  await scene.shot(page, 'key-form');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const { items } = JSON.parse(await paste(page, 'The key backup script')) as Listing<Container>;
  assert.deepEqual(
    items.map(({ name }) => name),
    ['web'],
  );
  await scene.shot(page, 'key-told');
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Revoke backup script' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No keys.').waitFor();
};

const makeWebhook = async (scene: Scene, page: Page, { isSigned }: { isSigned: boolean }): Promise<void> => {
  const name = isSigned ? 'signed' : 'plain';
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('combobox', { name: 'Containers' }).fill('web');
  await page.getByRole('option', { name: 'web' }).first().click();
  await page.getByText('Who may call, and how often').click();
  if (isSigned) await page.getByRole('switch', { name: 'Calls must be signed' }).click();
  await scene.shot(page, `${name}-form`);
  await page.getByRole('button', { name: 'Make the webhook' }).click();
  await page.getByRole('heading', { name: `The webhook ${name}` }).waitFor();
  await scene.shot(page, `${name}-told`);
  const { runId } = JSON.parse(await paste(page, `The webhook ${name}`)) as { runId: string };
  assert.ok(runId, 'the call began a run');
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: `Last calls ${name}` }).click();
  await page
    .getByRole('list', { name: `Last calls of ${name}` })
    .getByRole('link', { name: 'succeeded' })
    .waitFor();
  await scene.shot(page, `${name}-calls`);
};

journey(
  'one’s own account: the password again when it was typed long ago, a new password, and signing out elsewhere',
  { folder: 'profile', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    const elsewhere = new ApiClient(scene.client.url);
    await elsewhere.signIn();
    const page = await scene.signedInPage();
    await page.goto('/profile');
    await signOutElsewhere(page, elsewhere);
    await confirmAgain(scene, page);
    await page.goto('/profile');
    await page.getByLabel('Current password', { exact: true }).fill('not this one');
    await page.getByLabel('New password', { exact: true }).fill('the quiet harbour lamp');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.locator('#current-password[aria-invalid=true]').waitFor();
    await page.getByLabel('Current password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await new Shell(page).messages.getByText('Your password is changed.').waitFor();
    await new Shell(page).connection('Live');
    await scene.client.expect(401, 'GET', '/api/v1/me');
    await page.getByLabel('Time zone', { exact: true }).selectOption('Asia/Tokyo');
    await page.getByLabel('Theme', { exact: true }).selectOption('dark');
    await page.locator('html[data-theme=dark]').waitFor();
    await scene.shot(page, 'profile');
    scene.expectQuiet();
  },
);

const signOutElsewhere = async (page: Page, elsewhere: ApiClient): Promise<void> => {
  await elsewhere.expect(200, 'GET', '/api/v1/me');
  await page.getByRole('button', { name: /^Sign out / }).click();
  await waitUntil('the other session to end', 10_000, 50, async () => {
    const { status } = await elsewhere.call('GET', '/api/v1/me');
    return status === 401;
  });
};

/** The edge is asked for what reaches far by a page that answers as if the password had been typed long ago. */
const confirmAgain = async (scene: Scene, page: Page): Promise<void> => {
  let isStale = true;
  await page.route('**/api/v1/api-keys', async (route) => {
    if (route.request().method() !== 'POST' || !isStale) return route.fallback();
    isStale = false;
    await route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: 'Password', status: 403, code: 'CHR_CONFIRM_PASSWORD' }),
    });
  });
  await page.goto('/access');
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('late');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your password again' });
  await dialog.getByLabel('Password', { exact: true }).fill('wrong');
  await page.keyboard.press('Enter');
  await dialog.getByText('Is not your password.').waitFor();
  await scene.shot(page, 'confirm');
  await dialog.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'The key late' }).waitFor();
};

journey(
  'the activity log is narrowed by who, what, result and time, each in the address, and exported as it is narrowed',
  { folder: 'activity', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    const stranger = new ApiClient(scene.client.url);
    await stranger.expect(401, 'POST', '/api/v1/session', { ...owner, password: 'a wrong one' });
    await scene.client.expect(201, 'POST', '/api/v1/roles', { name: 'shop keeper', permissions: ['view'] });
    const page = await scene.signedInPage();
    await page.goto('/activity');
    const rows = new Rows(page, 'Activity');
    await rows.with('Create role', 'shop keeper').waitFor();
    await page.getByLabel('Result', { exact: true }).selectOption('Failed');
    await rows.with('Create role').waitFor({ state: 'detached' });
    await rows.with('Sign in', 'Failed').waitFor();
    await scene.shot(page, 'failed');
    await page.getByLabel('What', { exact: true }).selectOption('Create role');
    await page.getByText('Nothing matches the filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByLabel('Who', { exact: true }).fill('OWN');
    await page.getByLabel('From').fill('2001-01-01T00:00');
    await page.getByLabel('What', { exact: true }).selectOption('Create role');
    await rows.with('Sign in').first().waitFor({ state: 'detached' });
    assert.equal(
      new URL(page.url()).search,
      '?actor=OWN&from=2001-01-01T00%3A00%3A00.000Z&action=role.create',
      'the address holds the filters',
    );
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const lines = (await readFile((await (await waiting).path()) ?? '', 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', /"role.create","shop keeper"/);
    scene.expectQuiet();
  },
);
