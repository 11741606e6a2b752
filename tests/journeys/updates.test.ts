import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { freePort } from '../../lab/free-port.ts';
import { makeImage, pull } from '../../lab/images.ts';
import { openRegistry } from '../../lab/registry.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

/** A container whose image has a newer one in a real registry, and one that is of this machine alone. */
const outdated = async (scene: Scene, t: TestContext): Promise<string> => {
  const registry = await openRegistry();
  t.after(() => registry.close());
  const { engine } = scene;
  await makeImage(engine, 'shop:1', 'first');
  await makeImage(engine, 'shop:2', 'second');
  await registry.push(engine, 'shop:1', 'shop:stable');
  await engine.run('shop', { more: { Image: registry.nameOf('shop:stable') } });
  await registry.push(engine, 'shop:2', 'shop:stable');
  await pull(engine, registry.nameOf('shop:stable'));
  return `127.0.0.1:${registry.port}`;
};

const narrow = async (scene: Scene, page: Page, name: string): Promise<void> => {
  await scene.shot(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await scene.shot(page, `${name}-dark-390`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
};

journey(
  'one key looks for newer images; what has one is marked in the list, on its page and beside the image, and can be filtered',
  { folder: 'updates', containers: { home: {} }, engine: { network: true, port: await freePort() } },
  async (scene, t) => {
    const host = await outdated(scene, t);
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
    scene.expectQuiet();
  },
);
