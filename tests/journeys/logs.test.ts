import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../../lab/wait.ts';
import { journey } from './journey.ts';
import { Shell } from './pages.ts';

const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
/** Waits for a word through a file, so that what it writes comes when the page looks. */
const flooding = [
  'trap "exit 0" TERM',
  `printf '\\033[1;31mERROR\\033[0m ${hostile}\\n' >&2`,
  `echo '{"level":"warn","msg":"slow","nested":{"ms":12}}'`,
  'while [ ! -e /go ]; do sleep 0.1; done',
  'seq 1 40000',
  'while [ ! -e /more ]; do sleep 0.1; done',
  'for i in 1 2 3 4 5; do echo "late $i"; done',
  'sleep 600 & wait',
].join('; ');
const quiet = 'trap "exit 0" TERM; echo "hello from quiet"; sleep 600 & wait';

journey(
  'the logs of several containers are followed, filtered, looked into and linked to, by the keyboard too',
  {
    folder: 'logs',
    containers: { flooding: { cmd: ['/bin/sh', '-c', flooding] }, quiet: { cmd: ['/bin/sh', '-c', quiet] } },
  },
  async (scene) => {
    await scene.client.setUp();
    await scene.client.untilSeen('flooding', 'quiet');
    const page = await scene.signedInPage();
    await page.goto('/');
    await new Shell(page).go('Logs');
    await chooseBoth(page);
    const lines = page.getByRole('listbox', { name: 'Lines of the log' });
    await lines.getByText('hello from quiet').waitFor();

    // What a container wrote is text, with its colours.
    const error = lines.getByRole('option').filter({ hasText: hostile });
    await error.waitFor();
    assert.match((await error.getByText('ERROR', { exact: true }).last().getAttribute('class')) ?? '', /c-red.*bold/);
    await scene.shot(page, 'merged');

    // JSON unfolds.
    await lines.getByText('slow').click();
    await page.getByText('"ms": 12', { exact: false }).waitFor();
    assert.match(page.url(), /line=1%3Aflooding%40/);
    await page.keyboard.press('Escape');

    // A flood: all of it is there, few of it are elements, and the newest stays in sight.
    await scrollLate(lines);
    await touch(scene.engine, '/go');
    await lines.getByText('40000', { exact: true }).waitFor();
    await waitUntil('all lines', 30_000, 100, async () => (await sizeOf(lines)) >= 40_000);
    const shown = await lines.getByRole('option').count();
    assert.ok(shown > 20 && shown < 200, String(shown));
    await scene.shot(page, 'flood');

    // Scrolling up pauses: what is read stays where it is.
    await lines.hover();
    await page.mouse.wheel(0, -4000);
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    const place = await lines.evaluate(({ scrollTop }) => scrollTop);
    await touch(scene.engine, '/more');
    await page.getByRole('button', { name: /5 new lines/ }).waitFor();
    assert.equal(await lines.evaluate(({ scrollTop }) => scrollTop), place);
    await page.getByRole('button', { name: /5 new lines/ }).click();
    await lines.getByText('late 5').waitFor();

    // The keyboard chooses lines.
    await page.keyboard.press('ArrowUp');
    await page.getByRole('region', { name: 'The chosen line' }).getByText('late 5').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('region', { name: 'The chosen line' }).getByText('late 4').waitFor();

    await filterAndLink(page, lines);
    await scene.shot(page, 'linked');
    scene.expectQuiet();
  },
);

const chooseBoth = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Choose containers' }).click();
  await page.getByRole('checkbox', { name: /flooding/ }).check();
  await page.getByRole('checkbox', { name: /quiet/ }).check();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
};

/** Filters by an expression on the server, and shows what stood around one of the lines. */
const filterAndLink = async (page: Page, lines: Locator): Promise<void> => {
  await page.getByRole('checkbox', { name: 'Regex' }).check();
  await page.getByRole('searchbox', { name: 'Filter lines' }).fill('^(4242|late 3)$');
  await lines.getByText('4242', { exact: true }).waitFor();
  await waitUntil('only these', 30_000, 100, async () => (await lines.getByRole('option').count()) === 2);
  await lines.getByText('late 3').click();
  await page.getByRole('button', { name: 'Show in context' }).click();
  await lines.getByText('late 2').waitFor();
  const chosen = lines.getByRole('option', { selected: true });
  await chosen.filter({ hasText: 'late 3' }).waitFor();
  await page.reload();
  await chosen.filter({ hasText: 'late 3' }).waitFor();
  await page.getByRole('button', { name: 'Follow the log' }).click();
  await lines.getByText('late 5').waitFor();
  await page.getByRole('searchbox', { name: 'Filter lines' }).fill('nothing is like this');
  await page.getByText('No line fits the filter so far.').waitFor();
};

/**
 * Lets a scroll event arrive whenever the list has just grown: so it is when lines come between the frame that scrolled
 * and the next one, which tells of it.
 */
const scrollLate = (lines: Locator): Promise<void> =>
  lines.evaluate(`(pane) => {
    const growth = new MutationObserver(() => pane.dispatchEvent(new Event('scroll')));
    for (const all of pane.children) growth.observe(all, { attributes: true, attributeFilter: ['style'] });
  }`);

/** How many lines the list says it has. */
const sizeOf = async (lines: Locator): Promise<number> =>
  Number(await lines.getByRole('option').first().getAttribute('aria-setsize'));

const touch = async (
  engine: { request(method: string, path: string, body?: unknown): Promise<{ json: unknown }> },
  path: string,
): Promise<void> => {
  const { json } = await engine.request('POST', '/containers/flooding/exec', { Cmd: ['touch', path] });
  const id = typeof json === 'object' && json !== null && 'Id' in json ? json.Id : '';
  await engine.request('POST', `/exec/${id}/start`, { Detach: true });
};
