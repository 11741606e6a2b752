import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabPodman } from '../../../lab/podman.ts';
import { privatePodman } from '../../../lab/podman.ts';
import { on, Stage, targetOf } from '../../stage.ts';

let podman: LabPodman;
let stage: Stage;
const ids: string[] = [];
before(async () => {
  podman = await privatePodman();
  for (const name of ['one', 'two']) ids.push(await podman.run(name));
  stage = await Stage.open(podman.url);
});
after(async () => {
  await stage.close();
  await podman.close();
});

test('where the conmon of containers hangs, Podman gives up by itself: actions fail in its words, and that is no hang', {
  timeout: 60_000,
}, async () => {
  const flags: unknown[] = [];
  const timer = setInterval(() => flags.push(stage.rooms.hosts.get(1).hang), 50);
  for (const id of ids) await podman.freezeMinder(id);
  try {
    const runs = await Promise.all(['one', 'two'].map((name) => stage.run({ action: 'kill', targets: on(name) })));
    for (const run of runs) {
      assert.equal(run.outcome, 'failed', JSON.stringify(run));
      assert.match(targetOf(run).message ?? '', /timed out waiting for file/);
    }
    assert.ok(flags.length > 50, `Podman took its time: ${flags.length} looks`);
    assert.deepEqual(new Set(flags), new Set([null]));
  } finally {
    clearInterval(timer);
    for (const id of ids) await podman.thawMinder(id);
  }
});
