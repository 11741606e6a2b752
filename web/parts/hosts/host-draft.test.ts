import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '../../../contract/hosts.ts';
import { emptyHost, hostDraftOf, hostInputOf, hostPatchOf, hostTrialOf, withGrant } from './host-draft.ts';

const host: Host = {
  id: 2,
  name: 'nas',
  url: 'tcp://nas:2376',
  enabled: true,
  color: '#112233',
  position: 2,
  status: 'online',
  reason: null,
  hang: null,
  reach: null,
  hazard: null,
  lastSeenAt: null,
  engine: null,
  containers: { total: 0, running: 0 },
  grants: ['observe', 'operate'],
  tls: true,
  fingerprint: null,
  hostKeyFingerprint: null,
  credentials: ['ca', 'key'],
  windows: [],
};

test('an untouched draft changes nothing', () => {
  assert.deepEqual(hostPatchOf(hostDraftOf(host), host), {});
});

test('a new name leaves the connection alone, and a new key leaves the rest of it', () => {
  assert.deepEqual(hostPatchOf({ ...hostDraftOf(host), name: 'store' }, host), { name: 'store' });
  const patch = hostPatchOf({ ...hostDraftOf(host), key: 'KEY' }, host);
  assert.deepEqual(patch, { tls: true, key: 'KEY', fingerprint: null, sshKey: null, hostKey: null });
});

test('another kind of connection takes away what only the old one needed', () => {
  const patch = hostPatchOf({ ...hostDraftOf(host), kind: 'ssh', url: 'ssh://me@nas', hostKey: 'ssh-ed25519 A' }, host);
  assert.deepEqual(patch, {
    url: 'ssh://me@nas',
    tls: false,
    ca: null,
    certificate: null,
    key: null,
    fingerprint: null,
    hostKey: 'ssh-ed25519 A',
  });
});

test('a new host names only what its kind needs', () => {
  const draft = { ...emptyHost, kind: 'unix' as const, name: 'pi', url: ' unix:///x.sock ', sshKey: 'left over' };
  assert.deepEqual(hostInputOf(draft), {
    name: 'pi',
    url: 'unix:///x.sock',
    color: '#5b7083',
    grants: ['observe', 'operate', 'update', 'exec'],
    enabled: true,
    tls: false,
  });
  assert.deepEqual(hostTrialOf(draft, null), { url: 'unix:///x.sock', tls: false });
  assert.equal(hostTrialOf(hostDraftOf(host), host).hostId, 2);
});

test('updates and commands need operate, and observe always stays', () => {
  assert.deepEqual(withGrant(['observe'], 'exec', true), ['observe', 'operate', 'exec']);
  assert.deepEqual(withGrant(['observe', 'operate', 'exec'], 'operate', false), ['observe']);
  assert.deepEqual(withGrant(['observe', 'operate', 'exec'], 'exec', false), ['observe', 'operate']);
});

test('what is stored goes only when that is said, one by one', () => {
  const draft = hostDraftOf(host);
  const rest = { tls: true, fingerprint: null, sshKey: null, hostKey: null };
  assert.deepEqual(hostPatchOf({ ...draft, removed: ['ca'] }, host), { ...rest, ca: null });
  assert.deepEqual(hostPatchOf({ ...draft, ca: 'NEW', removed: ['ca'] }, host), { ...rest, ca: 'NEW' });
});
