import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { owner } from '../../lab/api-client.ts';
import type { LabProvider } from '../../lab/oidc-provider.ts';
import { openProvider } from '../../lab/oidc-provider.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Shell } from './pages.ts';

journey(
  'a provider is set up on the page of accounts, signs somebody in, confirms in the place of a password, and is the only way',
  { folder: 'provider', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
    const provider = await openProvider(`${scene.client.url}/api/v1/session/oidc/callback`);
    await play(scene, provider).finally(() => provider.close());
  },
);

const play = async (scene: Scene, provider: LabProvider): Promise<void> => {
  const page = await scene.newPage();
  await page.goto('/users');
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  await new Shell(page).connection('Live');
  await setUp(scene, page, provider);
  await link(scene, page, provider);
  await new Shell(page).choose('Account: owner', 'Sign out');
  await new Shell(page).titled('Sign in');
  await look(scene, page, 'sign-in');
  await page.getByRole('link', { name: 'Sign in with the lab' }).click();
  await new Shell(page).connection('Live');
  await page.getByRole('button', { name: 'Account: ada@example.org' }).waitFor();
  await shut(scene, page);
  await new Shell(page).choose('Account: ada@example.org', 'Sign out');
  await page.getByRole('link', { name: 'Sign in with the lab' }).waitFor();
  await new Credentials(page).password.waitFor({ state: 'detached' });
  await look(scene, page, 'only-way');
  await page.goto('/sign-in?refused=unknown');
  await page.getByRole('alert').getByText('no account here is for you').waitFor();
  await look(scene, page, 'refused');
  const { foreign } = scene.watchOf(page);
  assert.ok(foreign.length > 0 && foreign.every((url) => url.startsWith(`${provider.issuer}/`)), foreign.join());
  foreign.length = 0;
  scene.expectQuiet();
};

const setUp = async (scene: Scene, page: Page, { issuer, client }: LabProvider): Promise<void> => {
  await page.goto('/users');
  const part = page.getByRole('region', { name: 'Sign-in with a provider' });
  await part.getByRole('button', { name: 'Set up' }).click();
  await page.getByLabel('Provider', { exact: true }).selectOption('GitHub');
  assert.equal(await page.getByLabel('Address of GitHub').inputValue(), 'https://github.com');
  await look(scene, page, 'github');
  await page.getByLabel('Provider', { exact: true }).selectOption('Google');
  await page.getByLabel('Organisation (optional)').waitFor();
  await look(scene, page, 'google');
  await page.getByLabel('Provider', { exact: true }).selectOption('Any that speaks OpenID Connect');
  await page.getByLabel('Name', { exact: true }).fill('the lab');
  await page.getByLabel('Issuer').fill(`${issuer}/nothing-here`);
  await page.getByLabel('Client ID').fill(client.id);
  await page.getByLabel('Client secret', { exact: true }).fill(client.secret);
  await page.getByLabel('Scopes').fill('openid email groups');
  await page.getByLabel('Claim with groups').fill('groups');
  await page.getByLabel('Roles by group').fill('ops = admin');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/^Could not be asked/).waitFor();
  await look(scene, page, 'form');
  await page.getByLabel('Issuer').fill(issuer);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await part.getByText('Whoever is in a group that has a role here comes in').waitFor();
  await look(scene, page, 'panel');
};

/** The owner links his account, unlinks it again, and types an address that nobody has verified. */
const link = async (scene: Scene, page: Page, provider: LabProvider): Promise<void> => {
  const grown = provider.who;
  provider.who = { sub: 'u-owner' };
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Link with the lab' }).click();
  await page.getByText('Your account is linked').waitFor();
  await page.getByLabel('Address', { exact: true }).fill('owner@example.org');
  await page.getByRole('button', { name: 'Save the address' }).click();
  await page.getByText('not verified', { exact: true }).waitFor();
  await look(scene, page, 'profile');
  await page.getByRole('button', { name: /^Unlink from 127/ }).click();
  await page.getByText('Your account is not linked').waitFor();
  provider.who = grown;
  // The provider would go on with the one who was signed in there.
  await page.context().clearCookies({ name: /^_/ });
};

/** What reaches far asks who it is: the provider answers, and the page is shown again. */
const shut = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/users');
  await makeOnlyWay(page);
  await page.getByRole('dialog').waitFor();
  await look(scene, page, 'confirm');
  await page.getByRole('link', { name: 'Sign in with the lab again' }).click();
  await new Shell(page).titled('Users & roles');
  await makeOnlyWay(page);
  await page.getByText('It is the only way in.').waitFor();
};

const makeOnlyWay = async (page: Page): Promise<void> => {
  await page.getByRole('region', { name: 'Sign-in with a provider' }).getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('switch', { name: 'The only way in' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
};

const look = async (scene: Scene, page: Page, name: string): Promise<void> => {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 1300 });
    await page.emulateMedia({ colorScheme });
    await scene.shot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
};
