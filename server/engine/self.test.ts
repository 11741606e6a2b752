import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { waitUntil } from '../../lab/wait.ts';
import type { SelfEvidence } from './self.ts';
import { ownContainerId } from './self.ts';

const id = 'c9742f71fe233f21b7d4285c9426946ca6f852aeeb91dbcdf0992e080834787f';
const nothing: SelfEvidence = { cgroup: '0::/', mountinfo: '', hostname: 'server' };

let engine: LabEngine;
before(async () => {
  engine = await privateEngine();
});
after(() => engine.close());

/** What a process in a real container can see of it. */
const evidenceIn = async (name: string, cgroupnsMode: string): Promise<SelfEvidence & { id: string }> => {
  const cmd = [
    'sh',
    '-c',
    'cat /proc/self/cgroup; echo ===; cat /proc/self/mountinfo; echo ===; hostname; echo ===end',
  ];
  const container = await engine.run(name, { cmd, hostConfig: { CgroupnsMode: cgroupnsMode }, more: { Tty: true } });
  let parts: string[] = [];
  await waitUntil('the output', 20_000, 20, async () => {
    const { json } = await engine.request('GET', `/containers/${container}/logs?stdout=1`);
    parts = String(json).replaceAll('\r', '').split('===\n');
    return String(json).includes('===end');
  });
  const [cgroup = '', mountinfo = '', last = ''] = parts;
  return { id: container, cgroup, mountinfo, hostname: last.split('\n')[0] ?? '' };
};

test('a process in a container recognises it, with and without a cgroup namespace', async () => {
  for (const mode of ['private', 'host']) {
    const evidence = await evidenceIn(`self-${mode}`, mode);
    assert.equal(ownContainerId(evidence), evidence.id);
    assert.equal(ownContainerId({ ...evidence, mountinfo: '', cgroup: '' }), evidence.id.slice(0, 12));
  }
});

test('the cgroups of systemd and of Podman are understood', () => {
  assert.equal(ownContainerId({ ...nothing, cgroup: `0::/system.slice/docker-${id}.scope` }), id);
  assert.equal(ownContainerId({ ...nothing, cgroup: `0::/machine.slice/libpod-${id}.scope/container` }), id);
  assert.equal(ownContainerId({ ...nothing, cgroup: `12:pids:/docker/${'0'.repeat(64)}/docker/${id}` }), id);
});

test('a directory of containers that somebody mounted is not taken for our own', () => {
  const mountinfo = `9 1 8:1 /var/lib/docker/containers/${id}/hostname /host/hostname rw - ext4 /dev/sda rw`;
  assert.equal(ownContainerId({ ...nothing, mountinfo }), null);
});

test('outside of a container there is none', () => {
  assert.equal(ownContainerId(nothing), null);
});
