import assert from 'node:assert/strict';
import { owner } from '../../lab/api-client.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Shell } from './pages.ts';

const perMinute = 60;

journey(
  'whoever calls too often, or guesses a password, is told in the page when to try again',
  { folder: 'too-many', containers: { web: {} }, env: { RATE_LIMIT: String(perMinute) } },
  async (scene) => {
    await scene.client.setUp();
    const page = await scene.signedInPage();
    await page.goto('/schedules');
    await new Shell(page).titled('Schedules');
    await useUp(scene);

    // A page that is opened now says why it is empty; the one around it stays.
    await new Shell(page).go('Runs');
    const told = page.getByText(/Too many calls: 60 a minute are allowed\. Try again in \d+ seconds\./).first();
    await told.waitFor();
    assert.equal(await page.getByRole('navigation').first().isVisible(), true);
    await scene.shot(page, 'refused');

    // So does one that is loaded anew: nobody is sent to sign in, or loses what he was at.
    await page.reload();
    await told.waitFor();
    assert.equal(new URL(page.url()).pathname, '/runs');
    await scene.shot(page, 'reloaded');
    await signsIn(scene);
    scene.expectQuiet();
  },
);

/** A script with the same session has gone wrong. */
const useUp = async ({ client }: Scene): Promise<void> => {
  let status = 0;
  for (let calls = 0; calls <= perMinute + 1 && status !== 429; calls += 1) {
    ({ status } = await client.call('GET', '/api/v1/me'));
  }
  assert.equal(status, 429);
};

/** Wrong passwords wait as well, and the form says for how long. */
const signsIn = async (scene: Scene): Promise<void> => {
  const page = await scene.newPage();
  await page.goto('/sign-in');
  const form = new Credentials(page);
  for (let tries = 0; tries < 5; tries += 1) {
    await form.submit(owner.username, `wrong ${tries}`, 'Sign in');
    await page.getByText('The user name or the password is wrong.').waitFor();
  }
  await form.submit(owner.username, owner.password, 'Sign in');
  await page.getByText(/Too many attempts: try again in \d+ seconds?\./).waitFor();
  assert.equal(await form.username.inputValue(), owner.username);
  await scene.shot(page, 'sign-in');
};
