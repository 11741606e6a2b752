import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiClient } from '../../lab/api-client.ts';
import { launchChromium } from '../../lab/chromium.ts';
import { freePort } from '../../lab/free-port.ts';
import { startNginx } from '../../lab/nginx.ts';
import { openProvider } from '../../lab/oidc-provider.ts';
import { startProgram } from '../../lab/process.ts';
import { Shell } from './pages.ts';

const below = '/tools/chron';

test('below a path, behind nginx, a provider signs in, confirms, and links an account', async (t) => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = { BASE_URL: `${origin}${below}`, TRUST_PROXY: '127.0.0.1' };
  const program = await startProgram({ env });
  t.after(() => program.close());
  const headers = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';
  const location = `location ${below}/ { proxy_pass http://127.0.0.1:${program.port}; ${headers} }`;
  const others = "location / { return 404 'not ours'; }";
  const nginx = await startNginx(`server { listen 127.0.0.1:${port}; ${location} ${others} }`, port);
  t.after(() => nginx.close());
  const callback = `${origin}${below}/api/v1/session/oidc/callback`;
  const provider = await openProvider(callback);
  t.after(() => provider.close());
  const client = new ApiClient(program.url);
  await client.setUp();
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const settings = {
    label: 'the lab',
    issuer: provider.issuer,
    clientId: provider.client.id,
    clientSecret: provider.client.secret,
    scope: 'openid email groups',
    defaultRole: 'viewer',
    groupsClaim: null,
    groupRoles: [],
    enabled: true,
    isOnlyWay: false,
  };
  await client.expect(200, 'PUT', '/api/v1/sign-in-provider', settings);

  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  const astray: string[] = [];
  page.on('request', (request) => {
    const { origin: asked, pathname } = new URL(request.url());
    if (asked === origin && !pathname.startsWith(`${below}/`)) astray.push(request.url());
  });
  await page.goto(`${origin}${below}/runs`);
  await page.getByRole('link', { name: 'Sign in with the lab' }).click();
  await page.waitForURL(`**${below}/runs`);
  await page.getByRole('button', { name: 'Account: ada@example.org' }).waitFor();
  const cookies = await page.context().cookies(origin);
  assert.equal(cookies.find(({ name }) => name === 'chrontainer_session')?.httpOnly, true);

  // What reaches far sends to the provider once more, and comes back to the page; then the account is unlinked, which is
  // refused, since nothing else leads into it.
  await page.goto(`${origin}${below}/profile`);
  await page.getByRole('button', { name: /^Unlink from 127/ }).click();
  await page.getByRole('link', { name: 'Sign in with the lab again' }).click();
  await page.waitForURL(`**${below}/profile`);
  await new Shell(page).titled('My account');
  await page.getByRole('button', { name: /^Unlink from 127/ }).click();
  await page.getByText('Nothing else leads into this account').waitFor();
  assert.deepEqual(astray, []);
});
