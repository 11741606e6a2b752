import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peace } from './peace.ts';

test('those who ask begin in their order, each in a turn of the event loop of its own', async () => {
  const peace = new Peace();
  const happened: string[] = [];
  const all = ['a', 'b', 'c'].map(async (name) => {
    await peace.turn();
    happened.push(name);
    // What comes in meanwhile, a page or an event, is served before the next one begins.
    setImmediate(() => happened.push(`after ${name}`));
  });
  await Promise.all(all);
  assert.deepEqual(
    happened.filter((what) => !what.startsWith('after')),
    ['a', 'b', 'c'],
  );
  assert.ok(happened.indexOf('after a') < happened.indexOf('c'), happened.join());
});

test('who asks after all have begun waits for nobody', async () => {
  const peace = new Peace();
  await peace.turn();
  const late = peace.turn().then(() => 'begun');
  const turns = new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('two turns'))));
  assert.equal(await Promise.race([late, turns]), 'begun');
});

test('nobody begins before all that goes first is done', async () => {
  const peace = new Peace();
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const happened: string[] = [];
  const ahead = [one, other].map(({ promise }) => peace.letFirst(promise));
  const turn = peace.turn().then(() => happened.push('turn'));
  one.resolve();
  await ahead[0];
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  happened.push('other');
  other.resolve();
  await turn;
  assert.deepEqual(happened, ['other', 'turn']);
});

test('what goes first and never ends holds up nobody for good', async () => {
  const peace = new Peace();
  const ahead = peace.letFirst(new Promise(() => undefined));
  await peace.turn();
  await ahead;
});
