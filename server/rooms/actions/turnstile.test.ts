import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turnstile } from './turnstile.ts';

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('one action at a time is let through for a container, in the order of asking', async () => {
  const turnstile = new Turnstile();
  const order: string[] = [];
  const leaveFirst = await turnstile.enter(1, 'web', never);
  const second = turnstile.enter(1, 'web', never).then((leave) => {
    order.push('second');
    leave();
  });
  const third = turnstile.enter(1, 'web', never).then((leave) => {
    order.push('third');
    leave();
  });
  await turn();
  assert.deepEqual(order, []);
  leaveFirst();
  await Promise.all([second, third]);
  assert.deepEqual(order, ['second', 'third']);
});

test('containers of the same name on two hosts do not wait for each other', async () => {
  const turnstile = new Turnstile();
  const leave = await turnstile.enter(1, 'web', never);
  (await turnstile.enter(2, 'web', never))();
  leave();
});

test('a host does at most so many actions at once, and another host goes on', async () => {
  const turnstile = new Turnstile(2);
  const leaveA = await turnstile.enter(1, 'a', never);
  await turnstile.enter(1, 'b', never);
  let isInside = false;
  const third = turnstile.enter(1, 'c', never).then(() => {
    isInside = true;
  });
  (await turnstile.enter(2, 'c', never))();
  await turn();
  assert.equal(isInside, false);
  leaveA();
  await third;
  assert.equal(isInside, true);
});

test('a container that is busy does not keep the free ones behind it waiting', async () => {
  const turnstile = new Turnstile(2);
  await turnstile.enter(1, 'busy', never);
  void turnstile.enter(1, 'busy', never);
  const leave = await turnstile.enter(1, 'free', never);
  leave();
});

test('who gives up while waiting is forgotten and lets nobody in', async () => {
  const turnstile = new Turnstile();
  const leave = await turnstile.enter(1, 'web', never);
  const controller = new AbortController();
  const waiting = turnstile.enter(1, 'web', controller.signal);
  controller.abort(new Error('given up'));
  await assert.rejects(waiting, /given up/);
  leave();
  (await turnstile.enter(1, 'web', never))();
});

test('leaving twice lets one in, not two', async () => {
  const turnstile = new Turnstile();
  const leave = await turnstile.enter(1, 'web', never);
  leave();
  const second = await turnstile.enter(1, 'web', never);
  leave();
  let isInside = false;
  void turnstile.enter(1, 'web', never).then(() => {
    isInside = true;
  });
  await turn();
  assert.equal(isInside, false);
  second();
});
