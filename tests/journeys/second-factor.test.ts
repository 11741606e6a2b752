import assert from 'node:assert/strict';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { owner } from '../../lab/api-client.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Shell } from './pages.ts';

journey(
  'an app is set up by its secret; from then on signing in asks for a code, and a recovery code stands in for it',
  { folder: 'second-factor', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    const page = await scene.signedInPage();
    await page.goto('/profile');
    const { totp, codes } = await setUp(scene, page);
    await new Shell(page).choose('Account: owner', 'Sign out');
    await signInByCode(scene, page, totp);
    await new Shell(page).choose('Account: owner', 'Sign out');
    await signInByRecoveryCode(scene, page, codes[0] ?? '');
    await page.goto('/profile');
    await page.getByText('9 are left.').waitFor();
    await page.getByRole('button', { name: 'Switch off Codes of an app' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Set up Codes of an app' }).waitFor();
    scene.expectQuiet();
  },
);

const setUp = async (scene: Scene, page: Page): Promise<{ totp: TOTP; codes: string[] }> => {
  await page.getByRole('button', { name: 'Set up Codes of an app' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  const secret = await page.getByRole('textbox', { name: 'Secret' }).innerText();
  const totp = new TOTP({ secret: secret.replaceAll(/\s/g, '') });
  await scene.shot(page, 'set-up');
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.keyboard.press('Enter');
  await page.getByText('Is not the code of now').waitFor();
  // The one before the present one, so that the present one is still to be used.
  await page.getByLabel('Code', { exact: true }).fill(totp.generate({ timestamp: Date.now() - 30_000 }));
  await page.keyboard.press('Enter');
  const shown = page.getByRole('textbox', { name: 'Recovery codes' });
  await shown.waitFor();
  const codes = (await shown.innerText()).split('\n');
  assert.equal(codes.length, 10);
  await scene.shot(page, 'codes');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('Asked for since').waitFor();
  return { totp, codes };
};

const signInByCode = async (scene: Scene, page: Page, totp: TOTP): Promise<void> => {
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  const code = page.getByLabel('Code', { exact: true });
  await code.fill('000000');
  await page.keyboard.press('Enter');
  await page.getByText('This code is wrong, or was used before.').waitFor();
  await scene.shot(page, 'wrong-code');
  await code.fill(totp.generate({ timestamp: Date.now() + 30_000 }));
  await page.keyboard.press('Enter');
  await new Shell(page).connection('Live');
};

const signInByRecoveryCode = async (scene: Scene, page: Page, recoveryCode: string): Promise<void> => {
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  await page.getByRole('button', { name: /use a recovery code/ }).click();
  await page.getByLabel('Recovery code').fill(recoveryCode.toUpperCase());
  await scene.shot(page, 'recovery-code');
  await page.keyboard.press('Enter');
  await new Shell(page).connection('Live');
};
