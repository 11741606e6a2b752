import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { freePort } from '../../lab/free-port.ts';
import { makeImage, pull } from '../../lab/images.ts';
import type { Registry } from '../../lab/registry.ts';
import { openRegistry } from '../../lab/registry.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

/** A container whose image has a newer one in a real registry, and one that is of this machine alone. */
const outdated = async (scene: Scene, t: TestContext): Promise<Registry> => {
  const registry = await openRegistry();
  t.after(() => registry.close());
  const { engine } = scene;
  await makeImage(engine, 'shop:1', 'first');
  await makeImage(engine, 'shop:2', 'second');
  await registry.push(engine, 'shop:1', 'shop:stable');
  await engine.run('shop', { more: { Image: registry.nameOf('shop:stable') }, healthcheck: well });
  await registry.push(engine, 'shop:2', 'shop:stable');
  await pull(engine, registry.nameOf('shop:stable'));
  return registry;
};
/** Good at once, so that an update need not wait. */
const well = { Test: ['CMD', 'true'], Interval: 2e8, Timeout: 1e9, Retries: 2 };

const narrow = async (scene: Scene, page: Page, name: string): Promise<void> => {
  await scene.shot(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await scene.shot(page, `${name}-dark-390`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
};

/** From the page of the container: a dialog says what will happen, and the mark goes when it is done. */
const updateByHand = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/containers/1/shop');
  await page.getByRole('button', { name: 'Update shop' }).click();
  const dialog = page.getByRole('dialog', { name: 'Update shop on Local?' });
  await dialog.getByText('Then the container is stopped and made anew of it').waitFor();
  await narrow(scene, page, 'dialog');
  await dialog.getByRole('button', { name: 'Update', exact: true }).press('Enter');
  await page.getByText('Updated shop.').waitFor({ state: 'attached' });
  await page.getByText('Up to date').waitFor();
  await page.getByRole('button', { name: 'Update shop' }).waitFor({ state: 'detached' });
  await page.goto('/containers');
  const row = page.getByRole('table', { name: 'Containers' }).getByRole('row').filter({ hasText: 'shop' });
  await row.waitFor();
  assert.equal(await row.getByText('Update', { exact: true }).count(), 0);
};

/** From the list: what does not do is put back, says why, and is taken again only where somebody insists. */
const rollBack = async (scene: Scene, page: Page, registry: Registry): Promise<void> => {
  await makeImage(scene.engine, 'shop:3', 'third', ['CMD ["sh", "-c", "exit 3"]']);
  await registry.push(scene.engine, 'shop:3', 'shop:stable');
  const row = page.getByRole('table', { name: 'Containers' }).getByRole('row').filter({ hasText: 'shop' });
  await row.getByRole('checkbox').check();
  await page.getByRole('region', { name: 'Selected containers' }).getByRole('button', { name: 'Update' }).click();
  await page.getByRole('button', { name: 'Do it now' }).click();
  const message = new Shell(page).messages;
  await message.getByText('rolled back: the new container did not do: it ended with exit code 3').waitFor();
  await message.getByRole('link', { name: 'See run' }).click();
  await page.getByText('the old container runs again').first().waitFor();
  await narrow(scene, page, 'run');

  await page.goto('/containers/1/shop');
  await page.getByRole('button', { name: 'More for shop' }).click();
  await page.getByRole('menuitem', { name: 'Update…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Update shop on Local?' });
  const update = dialog.getByRole('button', { name: 'Update', exact: true });
  await dialog.getByText('was rolled back here').waitFor();
  assert.equal(await update.getAttribute('aria-disabled'), 'true');
  await dialog.getByRole('checkbox', { name: 'Take this image all the same' }).check();
  assert.equal(await update.getAttribute('aria-disabled'), 'false');
  await narrow(scene, page, 'blocked');
  await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
};

journey(
  'one key looks for newer images; what has one is marked everywhere, is updated by hand, and has the old one again if that does not do',
  { folder: 'updates', containers: { home: {} }, engine: { network: true, port: await freePort() } },
  async (scene, t) => {
    const registry = await outdated(scene, t);
    const host = `127.0.0.1:${registry.port}`;
    await scene.client.setUp();
    await scene.client.untilSeen('home', 'shop');
    await scene.client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
    const page = await scene.signedInPage();
    await page.goto('/containers');
    await new Shell(page).connection('Live');
    const table = page.getByRole('table', { name: 'Containers' });
    await table.getByRole('link', { name: 'shop' }).waitFor();
    await page.keyboard.press('u');
    await page.getByText('1 of 2 has a newer image').first().waitFor();
    const row = table.getByRole('row').filter({ hasText: 'shop' });
    await row.getByText('Update', { exact: true }).waitFor();
    assert.equal(await table.getByText('Update', { exact: true }).count(), 1);
    await narrow(scene, page, 'containers');

    await page.getByLabel('State', { exact: true }).selectOption('Update available');
    await table.getByRole('link', { name: 'home' }).waitFor({ state: 'detached' });
    await table.getByRole('link', { name: 'shop' }).press('Enter');
    await page.getByText('A newer image was fetched, and waits to be used').waitFor();
    await page.getByText('First seen').waitFor();
    await page.getByRole('button', { name: 'Check now' }).press('Enter');
    await page.getByText('1 of 1 has a newer image').first().waitFor();
    await narrow(scene, page, 'container');

    await page.goto('/images');
    await page.getByRole('table', { name: 'Images' }).getByText('Update', { exact: true }).waitFor();
    await narrow(scene, page, 'images');

    await page.goto('/settings');
    await page.getByRole('button', { name: 'Add a registry' }).press('Enter');
    await page.getByLabel('Host', { exact: true }).fill(host);
    await narrow(scene, page, 'registry-form');
    await page.getByRole('button', { name: 'Save registry' }).press('Enter');
    await page.getByRole('button', { name: `Test ${host}` }).press('Enter');
    await page.getByLabel('An image there').fill('shop:stable');
    await page.getByLabel('An image there').press('Enter');
    await page.getByText('answered: shop is sha256:').waitFor();
    await page.getByLabel('How often').fill('0.5');
    await page.getByLabel('How often').press('Enter');
    await page.getByText('must be at least an hour').waitFor();
    await page.getByLabel('How often').fill('12');
    await page.getByLabel('How often').press('Enter');
    await page.getByText('must be at least an hour').waitFor({ state: 'hidden' });
    await narrow(scene, page, 'settings');
    const { checkUpdatesEveryMs } = await scene.client.expect<{ checkUpdatesEveryMs: number }>(
      200,
      'GET',
      '/api/v1/settings',
    );
    assert.equal(checkUpdatesEveryMs, 12 * 3_600_000);

    await updateByHand(scene, page);
    await rollBack(scene, page, registry);
    scene.expectQuiet();
  },
);
