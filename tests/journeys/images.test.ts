import assert from 'node:assert/strict';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

journey(
  'by keyboard an image is refused while it is used, a name is removed, a clean-up shows first what goes',
  { folder: 'images', containers: { web: {} } },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('web');
    await scene.engine.request('POST', '/images/tiny:1/tag?repo=spare&tag=1');
    await scene.engine.request('POST', '/commit?container=web', {});
    const page = await scene.signedInPage();
    await page.goto('/images');
    await new Shell(page).titled('Images');
    const table = page.getByRole('table', { name: 'Images' });
    await table.getByText('without a name').waitFor();
    await scene.shot(page, 'images');

    await page.getByRole('button', { name: 'Clean up' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This one goes.').waitFor();
    await scene.shot(page, 'clean-up');
    await dialog.getByRole('button', { name: 'Clean up' }).press('Enter');
    await page.getByRole('status').getByText('removed 1 image').waitFor();
    await table.getByText('without a name').waitFor({ state: 'detached' });

    await table.getByRole('button', { name: /^Remove / }).press('Enter');
    await dialog.getByText('Only this name goes').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter');
    await page
      .getByRole('status')
      .getByText(/^removed (spare|tiny):1$/)
      .waitFor();
    await table.getByRole('button', { name: /^Remove / }).press('Enter');
    await dialog.getByRole('alert').getByText('is used by the container web').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Remove' }).isDisabled(), true);
    await dialog.press('Escape');

    await table.getByRole('button', { name: /^Add name to / }).press('Enter');
    await dialog.getByLabel('Name').fill('Registry.lan/Shop:2');
    await dialog.getByLabel('Name').press('Enter');
    await dialog.getByText('A name has small letters').waitFor();
    await scene.shot(page, 'name');
    await dialog.getByLabel('Name').fill('registry.lan/shop:2');
    await dialog.getByLabel('Name').press('Enter');
    await page
      .getByRole('status')
      .getByText(/ is also called registry\.lan\/shop:2 now$/)
      .waitFor();
    await table.getByText('registry.lan/shop:2').waitFor();
    for (const [name, options] of Object.entries({
      dark: { colorScheme: 'dark' as const },
      narrow: { viewport: { width: 390, height: 844 } },
    })) {
      const other = await scene.signedInPage(options);
      await other.goto('/images');
      await other.getByRole('button', { name: /^Add name to / }).click();
      await other.getByRole('dialog').waitFor();
      await scene.shot(other, name);
    }

    await page.getByLabel('Fetch an image').fill('127.0.0.1:1/none:1');
    await page.getByLabel('Fetch an image').press('Enter');
    // This engine has no network; these are its own words.
    await page.getByRole('alert').getByText('127.0.0.1:1: connect: network is unreachable').waitFor();
    await scene.shot(page, 'refused');

    await page.getByLabel('Networks').press('Space');
    await page.getByRole('table', { name: 'Networks' }).getByText('the engine’s own · host').waitFor();
    scene.expectQuiet();
  },
);
