import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { bulkActionRequest, channelInput, pageQuery, scheduleInput } from '../../contract/index.ts';
import { findFaults } from './faults.ts';

const schedule = (change: Record<string, unknown>) => ({
  name: 'nightly',
  trigger: { kind: 'cron', expression: '0 3 * * *' },
  steps: [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }],
  ...change,
});
const faultsOf = (change: Record<string, unknown>) =>
  Object.fromEntries(findFaults(scheduleInput, schedule(change)).map(({ path, message }) => [path, message]));

test('a good input has no fault', () => {
  assert.deepEqual(findFaults(scheduleInput, schedule({})), []);
});

test('all faults are named at once, each at its place, unknown fields too', () => {
  const faults = findFaults(scheduleInput, {
    name: '',
    colour: 'red',
    shade: 'dark',
    enabled: 'yes',
    trigger: { kind: 'interval', everyMs: 10.5 },
    steps: [{ action: 'dance', targets: 'web', timeoutMs: -1 }],
  });
  assert.deepEqual(
    faults.map((fault) => fault.path),
    [
      'name',
      'enabled',
      'trigger.everyMs',
      'trigger.everyMs',
      'steps.0.action',
      'steps.0.targets',
      'steps.0.timeoutMs',
      'steps.0.timeoutMs',
      'colour',
      'shade',
    ],
  );
});

test('an unknown field is told which ones are known', () => {
  assert.match(
    faultsOf({ triger: 1 })['triger'] ?? '',
    /^unknown field; known are name, enabled, trigger, steps, policies, startsAt, endsAt, maxRuns, restore$/,
  );
});

test('what is missing is required', () => {
  const faults = findFaults(scheduleInput, {});
  assert.deepEqual(faults, [
    { path: 'name', message: 'is required' },
    { path: 'trigger', message: 'is required' },
    { path: 'steps', message: 'is required' },
  ]);
});

test('of an object that is missing the fields are named that it has to have', () => {
  const faultsOfTarget = (target: object) => findFaults(channelInput, { name: 'x', target });
  assert.deepEqual(faultsOfTarget({ kind: 'discord' }), [{ path: 'target.secrets.url', message: 'is required' }]);
  assert.deepEqual(
    faultsOfTarget({ kind: 'telegram' }).map(({ path }) => path),
    ['target.config.chatId', 'target.secrets.token'],
  );
});

test('a trigger is judged by its kind alone', () => {
  assert.deepEqual(faultsOf({ trigger: { kind: 'cron', expresion: '* * * * *' } }), {
    'trigger.expression': 'is required',
    'trigger.expresion': 'unknown field; known are kind, expression, timeZone, dst',
  });
  assert.deepEqual(faultsOf({ trigger: { kind: 'weekly' } }), {
    'trigger.kind': 'must be one of cron, once, interval, after, event, manual',
  });
  assert.match(faultsOf({ trigger: {} })['trigger.kind'] ?? '', /^is required: must be one of/);
  assert.deepEqual(faultsOf({ trigger: 'cron' }), { trigger: 'must be an object' });
});

const targets = (target: unknown) =>
  Object.fromEntries(
    findFaults(bulkActionRequest, { action: 'stop', targets: [target] }).map(({ path, message }) => [path, message]),
  );

test('a selector is judged by the form that was clearly meant', () => {
  assert.deepEqual(targets({ hostId: '1', container: 'web' }), { 'targets.0.hostId': 'must be a number' });
  assert.deepEqual(targets({ hostId: 1, container: 'a/b' }), {
    'targets.0.container': "must be a container's name: letters, digits, and . _ -",
  });
  assert.deepEqual(targets({ stack: 'shop', service: 7 }), { 'targets.0.service': 'must be a text' });
  assert.deepEqual(targets({ hostId: 1, all: false }), { 'targets.0.all': 'must be true' });
});

test('a selector of no clear form is told the forms, and which field none of them knows', () => {
  const faults = targets({ hostId: 1, contaner: 'web' });
  assert.match(faults['targets.0'] ?? '', /^must be one of \{hostId, container\}/);
  assert.equal(faults['targets.0.contaner'], 'unknown field');
  assert.match(targets('web')['targets.0'] ?? '', /^must be one of/);
});

test('limits are told as a remedy', () => {
  const query = v.strictObject(pageQuery);
  assert.deepEqual(findFaults(query, { limit: '0' }), [{ path: 'limit', message: 'must be at least 1' }]);
  const plain = v.object({
    a: v.pipe(v.number(), v.maxValue(3)),
    b: v.pipe(v.string(), v.minLength(2)),
    c: v.picklist(['x', 'y']),
    d: v.pipe(v.number(), v.integer()),
  });
  assert.deepEqual(
    findFaults(plain, { a: 5, b: '', c: 'z', d: 1.5 }).map((fault) => fault.message),
    ['must be at most 3', 'must be at least 2 characters', 'must be x, y', 'must be a whole number'],
  );
});

test('a thousand faults are cut to a hundred', () => {
  const many = Array.from({ length: 1000 }, () => ({ hostId: 'x', container: 'web' }));
  assert.equal(findFaults(bulkActionRequest, { action: 'stop', targets: many }).length, 100);
});

test('a fault in a map is named with its key', () => {
  const schema = v.object({ labels: v.record(v.string(), v.string()) });
  assert.deepEqual(findFaults(schema, { labels: { 'com.example': 1 } }), [
    { path: 'labels.com.example', message: 'must be a text' },
  ]);
});
