import type { CDPSession, Page } from 'playwright-core';
import { owner } from '../../lab/api-client.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Shell } from './pages.ts';

journey(
  'a passkey is made, signs in alone and beside the password, and leads in no more once it is removed',
  { folder: 'passkey', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    // Browsers know passkeys at names only.
    const page = await scene.newPage({ baseURL: scene.client.url.replace('127.0.0.1', 'localhost') });
    const authenticator = await withAuthenticator(page);
    await page.goto('/profile');
    await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
    await new Shell(page).connection('Live');
    await make(scene, page);
    await new Shell(page).choose('Account: owner', 'Sign out');
    await signInAlone(scene, page);
    await confirm(scene, page);
    await new Shell(page).choose('Account: owner', 'Sign out');
    await signInBeside(scene, page);
    await page.goto('/profile');
    await page.getByText(/localhost · made.*used/).waitFor();
    await look(scene, page);
    await remove(page);
    await new Shell(page).choose('Account: owner', 'Sign out');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey does not lead in here.').waitFor();
    await authenticator.session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: authenticator.id });
    scene.expectQuiet();
  },
);

/** Chromium's own, which makes real passkeys and answers for their owner. */
const withAuthenticator = async (page: Page): Promise<{ session: CDPSession; id: string }> => {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
};

const make = async (scene: Scene, page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Laptop');
  await scene.shot(page, 'form');
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('textbox', { name: 'Recovery codes' }).waitFor();
  await scene.shot(page, 'made');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByText('This device has a passkey of your account already.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Rename Laptop' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Key ring');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Key ring', { exact: true }).first().waitFor();
};

const signInAlone = async (scene: Scene, page: Page): Promise<void> => {
  await new Shell(page).titled('Sign in');
  await scene.shot(page, 'sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await new Shell(page).connection('Live');
};

/** What reaches far takes a passkey in the place of the password. */
const confirm = async (scene: Scene, page: Page): Promise<void> => {
  scene.letConfirmationsLapse();
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Your password again' });
  await dialog.getByRole('button', { name: 'Use a passkey' }).waitFor();
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await scene.shot(page, `confirm-${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('This device has a passkey of your account already.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
};

const signInBeside = async (scene: Scene, page: Page): Promise<void> => {
  await new Credentials(page).password.waitFor();
  await page.getByLabel('User name').fill(owner.username);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const button = page.getByRole('button', { name: 'Use a passkey' });
  await button.waitFor();
  await scene.shot(page, 'beside');
  await button.click();
  await new Shell(page).connection('Live');
};

const look = async (scene: Scene, page: Page): Promise<void> => {
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.getByText('Beside the password').scrollIntoViewIfNeeded();
    await scene.shot(page, `profile-${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
};

const remove = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Remove Key ring' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove Key ring' }).waitFor({ state: 'detached' });
};
