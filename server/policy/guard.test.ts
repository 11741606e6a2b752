import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notFound } from '../errors/index.ts';
import { createGuard, Rights, Sight } from './index.ts';

const unasked = () => assert.fail('nothing is to be looked up');
const guard = createGuard({
  sight: new Sight({ containersOf: () => [], byName: () => undefined }),
  host: () => {
    throw notFound('There is no host 7.');
  },
  container: unasked,
  run: unasked,
  schedule: unasked,
});
const actor = { kind: 'user', id: 1, name: 'ada', address: null } as const;
const callerOf = (scopes: { hostId: number }[] | null) => ({
  actor,
  rights: new Rights([{ permissions: new Set(['view', 'hosts'] as const), scopes }]),
});
const call = { access: 'hosts', isScoped: false, params: {} };

test('a route that addresses nothing, and says nothing of limits, is closed to who is limited, and to no one else', async () => {
  await assert.rejects(guard({ ...call, caller: callerOf([{ hostId: 1 }]) }), { code: 'CHR_FORBIDDEN' });
  await guard({ ...call, caller: callerOf(null) });
  await guard({ ...call, caller: callerOf([{ hostId: 1 }]), isScoped: true });
});

test('what everybody may use who is signed in is no matter of places', async () => {
  for (const access of ['public', 'signed-in', 'session']) {
    await guard({ ...call, access, caller: callerOf([{ hostId: 1 }]) });
  }
});

test('a host that does not exist and one that may not be seen are told in the same words', async () => {
  const seen = createGuard({
    sight: new Sight({ containersOf: () => [], byName: () => undefined }),
    host: () => ({ name: 'Secret' }) as never,
    container: unasked,
    run: unasked,
    schedule: unasked,
  });
  const asked = { ...call, caller: callerOf([{ hostId: 1 }]), params: { hostId: 7 } };
  const same = { code: 'CHR_NOT_FOUND', message: 'There is no host 7.' };
  await assert.rejects(guard(asked), same);
  await assert.rejects(seen(asked), same);
});
