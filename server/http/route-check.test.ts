import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { ScenarioOptions } from '../scenario.ts';
import { withScenario } from '../scenario.ts';
import type { Route } from './route.ts';
import { checkRoutes } from './route-check.ts';

const good: Route = {
  method: 'GET',
  path: '/api/v1/things/{id}',
  access: 'view',
  summary: 'A thing',
  tag: 'Things',
  params: v.object({ id: v.string() }),
  answers: { 200: null },
  handle: () => ({}),
};
// What code without types, or with a cast, could hand over.
const damaged = (change: Record<string, unknown>): Route => ({ ...good, ...change }) as Route;

test('a route without access stops the start', async () => {
  const options: ScenarioOptions = { routes: () => [damaged({ access: undefined })] };
  await assert.rejects(
    withScenario(options, async () => undefined),
    /GET \/api\/v1\/things\/\{id\} declares no access/,
  );
});

const faulty: [string, Route[], RegExp][] = [
  ['an unknown access', [damaged({ access: 'anybody' })], /unknown access "anybody"/],
  ['an access that JavaScript objects have by nature', [damaged({ access: 'constructor' })], /unknown access/],
  ['the same method and path twice', [good, good], /declared twice/],
  [
    'the same path with another name for its parameter',
    [good, damaged({ path: '/api/v1/things/{name}', params: v.object({ name: v.string() }) })],
    /declared twice/,
  ],
  ['a parameter without schema', [damaged({ params: undefined })], /no schema for \{id\}/],
  ['a schema for a parameter that is not there', [damaged({ path: '/api/v1/things' })], /not in its path/],
  ['a path that is none', [damaged({ path: 'api/*' })], /not of the form/],
  ['no answer', [damaged({ answers: {} })], /declares no answer/],
];
for (const [name, routes, message] of faulty) {
  test(`${name} is refused, with the route's name`, () => {
    assert.throws(() => checkRoutes(routes), message);
  });
}

test('routes that declare everything are taken', () => {
  checkRoutes([good, damaged({ method: 'POST' })]);
});
