import assert from 'node:assert/strict';
import { test } from 'node:test';
import { owner } from '../../lab/api-client.ts';
import { launchChromium } from '../../lab/chromium.ts';
import { freePort } from '../../lab/free-port.ts';
import { startNginx } from '../../lab/nginx.ts';
import { startProgram } from '../../lab/process.ts';
import { expectQuiet, watch } from './watch.ts';

const below = '/tools/chron';

test('below a path of a host that others share, every page, file, stream and call stays below it', async (t) => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const program = await startProgram({ env: { BASE_URL: `${origin}${below}`, TRUST_PROXY: '127.0.0.1' } });
  t.after(() => program.close());
  const headers = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';
  const location = `location ${below}/ { proxy_pass http://127.0.0.1:${program.port}; ${headers} }`;
  const others = "location / { return 404 'not ours'; }";
  const nginx = await startNginx(`server { listen 127.0.0.1:${port}; ${location} ${others} }`, port);
  t.after(() => nginx.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  const seen = await watch(page, origin);
  const astray: string[] = [];
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.startsWith(`${below}/`)) astray.push(request.url());
  });

  const setup = await fetch(`${origin}${below}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(owner),
  });
  assert.equal(setup.status, 201);
  const back = await fetch(`${origin}${below}/api/v1/session/oidc/callback?code=x`, { redirect: 'manual' });
  assert.equal(back.headers.get('location'), `${below}/sign-in?refused=expired&next=%2F`);
  const asked = page.waitForResponse((response) => response.url() === `${origin}${below}/api/v1/events`);
  await page.goto(`${origin}${below}/runs`);
  await page.waitForURL(`**${below}/sign-in?*`);
  await page.getByLabel('User name').fill(owner.username);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`**${below}/runs`);
  assert.equal((await asked).status(), 200);

  await page.getByRole('link', { name: 'Images' }).first().click();
  await page.waitForURL(`**${below}/images`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, `${below}/images`);
  await page.goto(`${origin}${below}/api/docs`);
  await page.getByRole('link', { name: 'openapi.json' }).waitFor();
  assert.deepEqual(astray, []);
  expectQuiet(seen);
});

test('a proxy that takes the path off itself, and a health check at the port, are answered as well', async (t) => {
  const program = await startProgram({ env: { BASE_URL: 'https://example.org/chron' } });
  t.after(() => program.close());
  for (const path of ['/health', '/chron/health', '/api/version', '/chron/api/version?']) {
    assert.equal((await fetch(program.url + path)).status, 200, path);
  }
  assert.equal((await fetch(`${program.url}/chronicle/health`)).status, 404);
  for (const path of ['/', '/chron', '/chron/runs?q=1', '/runs']) {
    const html = await (await fetch(program.url + path, { headers: { accept: 'text/html' } })).text();
    assert.match(html, /data-base="\/chron"/, path);
    assert.doesNotMatch(html, / (src|href)="\/(?!chron\/)/, path);
  }
});
