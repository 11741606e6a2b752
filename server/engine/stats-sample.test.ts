import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fields } from './fields.ts';
import { dockerStats, podmanStats } from './fixtures/recorded.ts';
import { readStats } from './stats-sample.ts';

const [dockerFirst = {}, dockerSecond = {}, dockerEnded = {}] = dockerStats;
const [podmanFirst = {}, podmanSecond = {}] = podmanStats;
const markOf = (raw: Fields, kind: 'docker' | 'podman') => readStats(raw, kind, null)?.mark ?? null;

test('a busy core shows as one whole core of Docker’s two', () => {
  const first = readStats(dockerFirst, 'docker', null);
  assert.equal(first?.sample.cpu, null);
  const { sample } = readStats(dockerSecond, 'docker', first?.mark ?? null) ?? {};
  // (1035722115 - 33822859) / (18629750000000 - 18627760000000) × 2, as docker stats counts.
  assert.deepEqual(sample?.cpu, { percentOfCore: 100.69, percentOfHost: 50.35 });
  assert.equal(sample?.cpus, 2);
  assert.equal(sample?.at, Date.parse('2026-11-25T23:08:42.398Z'));
});

test('memory is what the kernel cannot take back, beside the limit', () => {
  const { sample } = readStats(dockerFirst, 'docker', null) ?? {};
  assert.equal(sample?.memoryBytes, 6037504 - 5242880);
  assert.equal(sample?.memoryLimitBytes, 25276502016);
  const ofCgroup2 = { ...dockerFirst, memory_stats: { usage: 900, stats: { inactive_file: 400 } } };
  const second = readStats(ofCgroup2, 'docker', null);
  assert.deepEqual([second?.sample.memoryBytes, second?.sample.memoryLimitBytes], [500, null]);
});

test('networks and disks are summed up, and no network is not zero', () => {
  const two = {
    ...dockerFirst,
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 5 },
        { op: 'read', value: 6 },
        { op: 'Write', value: 7 },
        { op: 'Total', value: 18 },
      ],
    },
  };
  const { sample } = readStats(two, 'docker', null) ?? {};
  assert.deepEqual(sample?.network, { receivedBytes: 11, sentBytes: 22 });
  assert.deepEqual([sample?.blockReadBytes, sample?.blockWrittenBytes, sample?.pids], [11, 7, 1]);
  assert.equal(readStats({ ...dockerFirst, networks: null }, 'docker', null)?.sample.network, null);
});

test('a container that has ended gives no sample', () => {
  assert.equal(readStats(dockerEnded, 'docker', markOf(dockerSecond, 'docker')), null);
});

test('Podman’s samples lack the parts of memory, and are read all the same', () => {
  const { sample } = readStats(podmanSecond, 'podman', markOf(podmanFirst, 'podman')) ?? {};
  assert.deepEqual(sample?.cpu, { percentOfCore: 0, percentOfHost: 0 });
  assert.deepEqual([sample?.memoryBytes, sample?.memoryLimitBytes, sample?.pids], [741376, 25276510208, 1]);
  assert.deepEqual([sample?.blockReadBytes, sample?.network?.receivedBytes], [0, 0]);
});

test('what Podman calls the time of the system is only what was used, and is no measure', () => {
  // The recorded container, five seconds later, after one second of work; nothing else used the host meanwhile.
  const used = 1_000_000_000;
  const cpu = { online_cpus: 2, system_cpu_usage: 3167149613239 + used, cpu_usage: { total_usage: 89722735 + used } };
  const later = { ...podmanFirst, read: '2026-11-23T07:47:53.898641589Z', cpu_stats: cpu };
  const { sample } = readStats(later, 'podman', markOf(podmanFirst, 'podman')) ?? {};
  assert.deepEqual(sample?.cpu, { percentOfCore: 20, percentOfHost: 10 });
});

test('counters that begin anew give no use', () => {
  const later = { ...dockerSecond, cpu_stats: { cpu_usage: { total_usage: 5 }, system_cpu_usage: 18639750000000 } };
  assert.equal(readStats(later, 'docker', markOf(dockerSecond, 'docker'))?.sample.cpu, null);
});
