import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { lyingProxy } from '../../lab/lying-proxy.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const name = '<img src=x onerror=alert(1)>';
const imageName = '"><script>alert(2)</script>:1';
const state = '<svg onload=alert(3)>';
const written = '<a href="javascript:alert(4)">click</a><iframe srcdoc="<script>alert(5)</script>"></iframe>';
const value = '<b onclick=alert(6)>in a variable</b>';
const note = '<math><mi xlink:href="javascript:alert(7)">a note</mi></math> [a link](javascript:alert(8))';

/** Its colours are the terminal's; the address of the link is not one that may be followed. */
const script = [
  'trap "exit 0" TERM',
  `printf '%s\\n' '${written}'`,
  `printf '\\033]8;;javascript:alert(9)\\033\\\\a link\\033]8;;\\033\\\\ \\033[31m%s\\033[0m\\n' '${written}' >&2`,
  `echo '{"level":"error","msg":"${state}","${state}":"${state}"}'`,
  'sleep 600 & wait',
].join('; ');

journey(
  'what containers write, and what an engine that lies says of itself, is text on every page and in every dialog',
  {
    folder: 'hostile-words',
    containers: {
      victim: { cmd: ['/bin/sh', '-c', script], labels: { 'org.example.label': value }, env: { ODD: value } },
    },
  },
  async (scene, t) => {
    const liar = await lyingProxy(scene.engine.socket, { victim: name, 'tiny:1': imageName, 'Up ': `${state} ` });
    t.after(() => liar.close());
    const { client } = scene;
    await client.setUp();
    await client.untilSeen('victim');
    await client.expect(201, 'POST', '/api/v1/hosts', { name, url: liar.url });
    await client.untilSeen('victim', name);
    const runId = await runCommand(scene);
    await client.expect(200, 'PUT', '/api/v1/hosts/1/containers/victim/notes', { notes: note });
    await client.expect(201, 'POST', '/api/v1/notifications/channels', {
      name,
      target: { kind: 'ntfy', config: { topic: 'home', server: 'http://127.0.0.1:9' } },
    });
    const page = await scene.signedInPage();
    await lists(scene, page);
    await closer(scene, page);
    await logs(scene, page);
    await run(scene, page, runId);
    await messages(scene, page);
    scene.expectQuiet();
  },
);

/** A command whose output is markup; answers with its run. */
const runCommand = async ({ client }: Scene): Promise<string> => {
  const exec = { action: 'exec', options: { command: ['echo', written] } };
  const path = '/api/v1/hosts/1/containers/victim/actions?wait=true';
  return (await client.expect<{ id: string }>(200, 'POST', path, exec)).id;
};

/** Each text is there to be read, and none of it is an element. */
const shows = async (scene: Scene, page: Page, what: string, ...texts: string[]): Promise<void> => {
  for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor();
  await scene.shot(page, what);
  const alive = 'img, iframe, math, svg[onload], b[onclick], script:not([src^="/"]), a[href^="javascript" i]';
  assert.equal(await page.locator(alive).count(), 0, what);
};

const lists = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/containers?group=none');
  await shows(scene, page, 'containers', name, imageName);
  await page.goto('/hosts');
  await shows(scene, page, 'hosts', name);
  await page.goto('/images');
  await shows(scene, page, 'images', imageName);
  await page.getByRole('button', { name: `Remove ${imageName}` }).press('Enter');
  await page.getByRole('dialog').getByRole('heading').getByText(imageName).waitFor();
  await shows(scene, page, 'removal');
};

const closer = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto(`/containers/2/${encodeURIComponent(name)}`);
  await shows(scene, page, 'container', name, imageName);
  await page.goto('/containers/1/victim');
  await shows(scene, page, 'notes', note);
  await page.getByText('The engine’s own document').click();
  await page.getByRole('searchbox', { name: 'Find in it' }).fill('onclick');
  const document = page.getByRole('region', { name: 'The engine’s own document' });
  await document.locator('mark').first().waitFor();
  await shows(scene, page, 'inspect', 'in a variable');
  await page.getByText('Run a command', { exact: true }).click();
  await page.getByLabel('Command', { exact: true }).fill(`echo '${state}'`);
  await page.getByRole('button', { name: 'Run it' }).click();
  await page.getByRole('region', { name: 'Output of victim' }).getByText(state, { exact: true }).waitFor();
  await shows(scene, page, 'command');
};

const logs = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/logs?containers=1%3Avictim');
  const lines = page.getByRole('listbox', { name: 'Lines of the log' });
  await lines.getByText(written).first().waitFor();
  await shows(scene, page, 'logs', state);
  await lines.getByText(state).first().click();
  await page.getByRole('region', { name: 'The chosen line' }).getByText(state).first().waitFor();
  await shows(scene, page, 'line');
};

const run = async (scene: Scene, page: Page, runId: string): Promise<void> => {
  await page.goto(`/runs/${runId}`);
  await shows(scene, page, 'run', written);
  await page.goto(`/runs?q=${encodeURIComponent('iframe')}`);
  await shows(scene, page, 'runs', 'victim');
};

/** The example of a message with words of one's own is text as well. */
const messages = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/notifications');
  await new Shell(page).titled('Notifications');
  await shows(scene, page, 'notifications', name);
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const edit = page.getByRole('form', { name: `Change ${name}` });
  await edit.getByText('Own words').click();
  await edit.getByLabel('Title').fill(state);
  await edit.getByLabel('Text').fill(`${written} {{ host }}`);
  const preview = edit.getByRole('status', { name: 'Preview' });
  await preview.getByText(state, { exact: true }).waitFor();
  await preview.getByText(written).waitFor();
  await shows(scene, page, 'preview');
};
