import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { owner } from '../../lab/api-client.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { Scene } from './journey.ts';
import { journey } from './journey.ts';
import { Credentials, Rows, Shell } from './pages.ts';

const image = '<img src=x onerror=alert(1)>';
const script = '"><script>alert(2)</script>';
const link = 'javascript:alert(3)';
const tagName = '<b onmouseover=alert(5)>a tag</b>';
const template = '{{constructor.constructor("alert(4)")()}}';

const elsewhere = 'http://127.0.0.2:9/';

const labels = {
  'com.docker.compose.project': image,
  'com.docker.compose.service': script,
  'chrontainer.web-url': link,
  'org.opencontainers.image.title': template,
  [script]: image,
};

journey(
  'names, labels and addresses that are markup are shown as text, and nothing leaves the program',
  {
    folder: 'hostile',
    containers: { victim: { labels, cmd: ['/bin/sh', '-c', `trap "exit 0" TERM; : '${image}'; sleep 600 & wait`] } },
  },
  async (scene) => {
    const page = await scene.newPage();
    await refuseName(scene, page);
    await scene.client.setUp();
    await scene.client.untilSeen('victim');
    const runId = await plant(scene);
    const response = await signIn(page);
    assert.match(response, /default-src 'self'.*require-trusted-types-for 'script'/);
    await visit(scene, page, runId);
    scene.expectQuiet();
    await proveTheGuard(scene, page);
  },
);

/** An account cannot bear such a name, and the form says why. */
const refuseName = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/');
  const form = new Credentials(page);
  await form.submit(image, owner.password, 'Create the account');
  await page.getByText('may hold letters, digits').waitFor();
  assert.equal(await form.username.getAttribute('aria-invalid'), 'true');
  await scene.shot(page, 'refused-name');
};

/** Writes markup wherever someone may write; answers with the run that failed by it. */
const plant = async ({ client }: Scene): Promise<string> => {
  const { status } = await client.call('POST', '/api/v1/session', { username: image, password: script });
  assert.equal(status, 401);
  await client.signIn();
  const rules = [{ label: 'com.docker.compose.project', value: image }];
  await client.expect(201, 'POST', '/api/v1/tags', { name: tagName, rules });
  await client.schedule(image, '0 4 * * *', [{ action: 'restart', targets: [{ stack: image }] }]);
  const { id } = await client.schedule(script, '0 5 * * *', [{ action: 'start', targets: [{ stack: script }] }]);
  const { runId } = await client.expect<{ runId: string }>(202, 'POST', `/api/v1/schedules/${id}/run`, {});
  await waitUntil('the run to fail', 30_000, 50, async () => (await client.runs(id))[0]?.outcome === 'failed');
  return runId;
};

/** Signs in by a link that leads elsewhere afterwards; answers with the policy that the page came with. */
const signIn = async (page: Page): Promise<string> => {
  const response = await page.goto(`/sign-in?next=${encodeURIComponent(link)}`);
  await new Credentials(page).submit(owner.username, owner.password, 'Sign in');
  await new Shell(page).titled('Today');
  return response?.headers()['content-security-policy'] ?? '';
};

const visit = async (scene: Scene, page: Page, runId: string): Promise<void> => {
  const pages: [path: string, ...texts: string[]][] = [
    ['/', image, script],
    ['/schedules', image, script],
    ['/schedules/1', image],
    ['/schedules/2', script],
    ['/runs', script],
    [`/runs/${runId}`, script],
    ['/containers', image],
    ['/containers?group=none', image],
    [`/containers?stack=${encodeURIComponent(image)}`, image],
    [`/containers?q=${encodeURIComponent(script)}`, 'No container matches the filters.'],
    ['/containers/1/victim', image, script, tagName],
    [`/containers/1/${encodeURIComponent(image)}`, image],
    [`/schedules/new?host=1&container=${encodeURIComponent(script)}`, script],
    ['/activity', image, script],
    [`/activity?q=${encodeURIComponent(image)}`, image],
  ];
  for (const [path, ...texts] of pages) {
    await page.goto(path);
    for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor();
    await scene.shot(page, path.replaceAll(/\W+/g, '-').slice(0, 40));
    await nothingCameAlive(page);
  }
  await readLabels(scene, page);
};

const readLabels = async (scene: Scene, page: Page): Promise<void> => {
  await page.goto('/containers/1/victim');
  await page.getByText(/^\d+ labels$/).click();
  await page.getByText(template).waitFor();
  await scene.shot(page, 'labels');
  assert.equal(await page.locator('a[href^="javascript" i]').count(), 0);
  await page.goto('/schedules');
  const row = new Rows(page, 'Schedules').of(page, image);
  await row.getByRole('switch').click();
  await new Shell(page).choose(`More for ${image}`, 'Delete');
  await new Shell(page).messages.getByText(image).waitFor();
  await nothingCameAlive(page);
};

/** None of the markup is an element of the page. */
const nothingCameAlive = async (page: Page): Promise<void> => {
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('script:not([src^="/"])').count(), 0);
};

/** If markup did get into a page: the policy stops it, and the watch sees it. */
const proveTheGuard = async (scene: Scene, page: Page): Promise<void> => {
  const { errors, dialogs, foreign } = scene.watchOf(page);
  await page.evaluate(`try { document.body.innerHTML = ${JSON.stringify(image)}; } catch {}`);
  const refused = page.waitForEvent('requestfailed', (request) => request.url() === elsewhere);
  await page.evaluate(`document.body.append(Object.assign(new Image(), { src: '${elsewhere}' }))`);
  assert.equal((await refused).failure()?.errorText, 'csp');
  assert.deepEqual(foreign, [elsewhere]);
  await waitUntil('two breaches of the policy', 30_000, 20, () => {
    const breaches = errors.filter((error) => error.startsWith('securitypolicyviolation'));
    return ['require-trusted-types-for', 'img-src'].every((rule) => breaches.some((breach) => breach.includes(rule)));
  });
  assert.deepEqual(dialogs, []);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
};
