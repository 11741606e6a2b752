import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Rows, Shell } from './pages.ts';

const containers = { web: { labels: { 'com.docker.compose.project': 'shop' } }, db: {} };

const openContainers = async (scene: Scene): Promise<Page> => {
  await scene.client.setUp();
  await scene.client.untilSeen(...Object.keys(containers));
  const page = await scene.signedInPage();
  await page.goto('/containers');
  await new Shell(page).connection('Live');
  await rowOf(page, 'web')
    .getByText(/^running/)
    .waitFor();
  return page;
};

const rowOf = (page: Page, name: string) => new Rows(page, 'Containers').of(page, name);

journey(
  'when the engine goes, its containers stay in sight as unknown, and come back to life with it, without a reload',
  { folder: 'engine-lost', containers },
  async (scene) => {
    const page = await openContainers(scene);
    await scene.engine.stop();
    for (const name of Object.keys(containers))
      await rowOf(page, name)
        .getByText(/^unknown since \d\d:\d\d/)
        .waitFor();
    await page.getByText('Local is offline.').waitFor();
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /Local.*offline/ })
      .waitFor();
    await new Shell(page).connection('Live');
    assert.equal(await page.getByRole('button', { name: 'Stop web' }).count(), 0, 'nobody can act on what is unknown');
    await scene.shot(page, 'containers');
    await new Shell(page).go('Today');
    await page.getByRole('region', { name: 'Needs attention' }).getByText('Local').first().waitFor();
    await page
      .getByRole('region', { name: 'Running' })
      .getByText(/^unknown since/)
      .first()
      .waitFor();
    await scene.shot(page, 'today');
    await new Shell(page).go('Containers');
    await scene.engine.start();
    for (const name of Object.keys(containers)) await scene.engine.request('POST', `/containers/${name}/start`);
    for (const name of Object.keys(containers))
      await rowOf(page, name)
        .getByText(/^running/)
        .waitFor();
    await page.getByText('Local is offline.').waitFor({ state: 'detached' });
    await rowOf(page, 'web').getByRole('button', { name: 'Stop web' }).waitFor();
    await scene.shot(page, 'back');
    assert.equal(scene.watchOf(page).documents, 1);
    scene.expectQuiet();
  },
);

journey(
  'when the program is killed, the page says so, and is live again after the restart, with what happened meanwhile',
  { folder: 'program-lost', containers },
  async (scene) => {
    const page = await openContainers(scene);
    await scene.killProgram();
    await new Shell(page).connection('Reconnecting');
    await rowOf(page, 'web').waitFor();
    await scene.shot(page, 'reconnecting');
    await scene.engine.remove('db');
    await scene.engine.run('cache');
    await scene.restartProgram();
    await new Shell(page).connection('Live');
    await rowOf(page, 'cache').waitFor();
    await rowOf(page, 'db').waitFor({ state: 'detached' });
    await scene.shot(page, 'live-again');
    await rowOf(page, 'web').getByRole('button', { name: 'Stop web' }).click();
    await rowOf(page, 'web')
      .getByText(/^stopped, /)
      .waitFor();
    assert.equal(scene.watchOf(page).documents, 1);
    scene.expectQuiet();
  },
);
