import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { PlannedSlot, Rehearsal, RehearsedTarget, ScheduleInput, Step } from '../../../contract/index.ts';
import { draftPreviewRequest, scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;
const everything = caller.rights;

const compose = (service: string, needs = '') => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': service,
  ...(needs && { 'com.docker.compose.depends_on': needs }),
});

before(async () => {
  engine = await privateEngine();
  await engine.run('db', { labels: compose('db') });
  await engine.run('web', { labels: compose('web', 'db:service_started:false') });
  await engine.run('resting', { start: false });
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const restart = (container = 'db'): Step => ({ action: 'restart', targets: on(container) });
const daily = { kind: 'cron', expression: '0 12 * * *', timeZone: 'UTC' } as const;

const rehearsed = (input: Partial<v.InferInput<typeof scheduleInput>>): Promise<Rehearsal> => {
  const whole: ScheduleInput = v.parse(scheduleInput, { name: 'x', trigger: daily, steps: [restart()], ...input });
  return stage.rooms.previews.rehearseDraft(whole);
};

const previewed = async (input: Partial<v.InferInput<typeof draftPreviewRequest>>): Promise<PlannedSlot[]> => {
  const request = v.parse(draftPreviewRequest, {
    trigger: daily,
    from: '2031-01-01T00:00:00.000Z',
    count: 2,
    ...input,
  });
  return (await stage.rooms.previews.ofDraft(request, everything)).slots;
};

const toldOf = ({ steps }: Rehearsal): [string | null, RehearsedTarget['would'], string][] =>
  steps.flatMap(({ targets }) => targets.map((t) => [t.container, t.would, t.message] as const)).map((row) => [...row]);

test('a rehearsal tells what each step would do to each target, and touches nothing', async () => {
  const sinceMs = Date.now();
  const steps: Step[] = [
    { action: 'stop', targets: [...on('db'), ...on('resting')] },
    { action: 'exec', targets: on('web'), options: { command: ['date'] } },
    { action: 'start', targets: on('db') },
    { action: 'pause', targets: on('resting') },
    { action: 'wait', targets: [], options: { durationMs: 5000 } },
  ];
  assert.deepEqual(toldOf(await rehearsed({ steps })), [
    ['db', 'act', 'would stop it'],
    ['resting', 'nothing', 'it was not running already'],
    ['web', 'act', 'would run in it: date'],
    // The step before would have stopped it.
    ['db', 'act', 'would start it'],
    ['resting', 'fail', 'it is not running, so it cannot be paused'],
    [null, 'act', 'would wait 5 s'],
  ]);
  assert.deepEqual(await engine.events(sinceMs), []);
});

test('a rehearsal knows conditions, dependants, and what is not there', async () => {
  const guarded = await rehearsed({
    steps: [restart('db'), restart('resting'), restart('nothing')],
    policies: { conditions: [{ kind: 'running' }] },
  });
  assert.deepEqual(
    toldOf(guarded).map(([name, would]) => [name, would]),
    [
      ['db', 'act'],
      ['resting', 'skip'],
      ['nothing', 'fail'],
    ],
  );
  assert.match(toldOf(guarded)[1]?.[2] ?? '', /^would be left alone by the condition "running": it is created/);
  const along = await rehearsed({ steps: [{ ...restart('db'), dependants: 'restart' }] });
  assert.deepEqual(
    along.steps[0]?.targets.map(({ container, after }) => [container, after]),
    [
      ['db', null],
      ['web', 'db'],
    ],
  );
  const none = await rehearsed({ steps: [{ action: 'stop', targets: [{ stack: 'gone' }] }] });
  assert.match(none.steps[0]?.message ?? '', /nothing fits the targets now: the run would fail/);
});

test('a rehearsal ends with what would be put back, and when: what was touched last comes first', async () => {
  const steps: Step[] = [
    { action: 'stop', targets: [...on('db'), ...on('resting')] },
    restart('web'),
    { action: 'start', targets: on('resting') },
    { action: 'kill', targets: on('db') },
  ];
  const told = await rehearsed({ steps, restore: true });
  const last = told.steps.at(-1);
  assert.deepEqual([told.steps.length, last?.action], [5, 'restore']);
  assert.match(last?.message ?? '', /^when the run is over, also after a failure/);
  assert.deepEqual(toldOf({ ...told, steps: told.steps.slice(-1) }), [
    ['resting', 'act', 'would put it back: stopped, as before the run'],
    ['web', 'nothing', 'it would be running, as before the run'],
    ['db', 'act', 'would put it back: running, as before the run'],
  ]);
  const untouched = await rehearsed({ steps: [{ action: 'stop', targets: on('resting') }], restore: true });
  assert.deepEqual(untouched.steps.at(-1)?.message, 'nothing would be touched, so there is nothing to put back');
  assert.equal((await rehearsed({ steps })).steps.length, 4);
});

test('a rehearsal knows that a container is stopped after SIGKILL, and runs on after another signal', async () => {
  const afterwards = async (signal?: string) => {
    const kill: Step = { action: 'kill', targets: on('db'), ...(signal && { options: { signal } }) };
    return toldOf(await rehearsed({ steps: [kill, { action: 'start', targets: on('db') }] }))[1]?.[1];
  };
  assert.deepEqual([await afterwards(), await afterwards('SIGHUP')], ['act', 'nothing']);
});

test('a rehearsal names the windows of a host, and what stands against a run at this moment', async () => {
  const now = new Date();
  const hour = String((now.getUTCHours() + 2) % 24).padStart(2, '0');
  await stage.rooms.hostKeeper.change(1, { windows: [{ kind: 'allow', from: `${hour}:00`, to: `${hour}:30` }] }, ada);
  await stage.rooms.settings.update({ isPaused: true }, ada);
  const told = await rehearsed({ enabled: false });
  await stage.rooms.hostKeeper.change(1, { windows: [] }, ada);
  await stage.rooms.settings.update({ isPaused: false }, ada);
  assert.match(
    toldOf(told)[0]?.[2] ?? '',
    /would be left alone: outside the windows of the host Local; the next opens/,
  );
  assert.deepEqual(told.obstacles, ['the schedule is disabled', 'all schedules are paused']);
});

test('an engine that cannot be asked fails the rehearsal of its targets, with the reason', async () => {
  await engine.freeze();
  try {
    const told = await rehearsed({});
    assert.equal(toldOf(told)[0]?.[1], 'fail');
  } finally {
    await engine.thaw();
  }
});

test('a slot that nothing stands against runs when it is due', async () => {
  const [first] = await previewed({});
  assert.deepEqual(
    [first?.scheduledFor, first?.local, first?.effect, first?.startsAt, first?.policies],
    ['2031-01-01T12:00:00.000Z', '2031-01-01T12:00:00+00:00[UTC]', 'runs', '2031-01-01T12:00:00.000Z', []],
  );
});

test('a preview tells what windows and jitter make of a slot', async () => {
  const windows = [{ kind: 'allow', from: '22:00', to: '23:00' } as const];
  const [skipped] = await previewed({ policies: { windows } });
  assert.deepEqual([skipped?.effect, skipped?.startsAt], ['skipped', null]);
  assert.match(skipped?.policies[0] ?? '', /outside its windows; the next one opens at 2031-01-01T22:00/);
  const [waiting] = await previewed({ policies: { windows, outsideWindow: 'wait' } });
  assert.deepEqual([waiting?.effect, waiting?.startsAt], ['runs', '2031-01-01T22:00:00.000Z']);
  const [late] = await previewed({ policies: { jitterMs: 600_000 } });
  assert.match(late?.policies[0] ?? '', /begins at 2031-01-01T12:0\d:\d\d.\d+Z, by its jitter/);
});

test('a preview ends with the end, and with the cap', async () => {
  assert.equal((await previewed({ count: 5, endsAt: '2031-01-02T13:00:00.000Z' })).length, 2);
  assert.equal((await previewed({ count: 5, maxRuns: 3 })).length, 3);
});

test('a preview of a schedule tells of decisions on single slots, of pauses, and of long runs', async () => {
  const input = v.parse(scheduleInput, { name: 'every second', trigger: daily, steps: [restart()], enabled: true });
  const { id } = await stage.rooms.schedules.create(input, caller);
  const slotsOf = async () => (await stage.rooms.previews.ofSchedule(id, 2, everything)).slots;
  const slotAt = Date.parse((await slotsOf())[0]?.scheduledFor ?? '');
  await stage.rooms.overrides.set(id, slotAt, { kind: 'skip' }, ada);
  const [skipped, kept] = await slotsOf();
  assert.deepEqual(
    [skipped?.effect, skipped?.policies, kept?.effect],
    ['skipped', ['would be skipped: skipped by ada'], 'runs'],
  );
  await stage.rooms.overrides.clear(id, slotAt, ada);
  await stage.rooms.settings.update({ isPaused: true }, ada);
  assert.match((await slotsOf())[1]?.policies[0] ?? '', /all schedules were paused/);
  await stage.rooms.settings.update({ isPaused: false }, ada);
  await stage.rooms.schedules.remove(id, caller);
});

test('other schedules of the same minute are named, those on the same container first', async () => {
  const make = async (name: string, container: string) => {
    const trigger = { kind: 'once', at: '2031-01-01T12:00:30.000Z' };
    const input = v.parse(scheduleInput, { name, trigger, steps: [restart(container)] });
    return (await stage.rooms.schedules.create(input, caller)).id;
  };
  const ids = [await make('tidy web', 'web'), await make('tidy db', 'db')];
  const [first, second] = await previewed({ steps: [restart('db')] });
  assert.match(first?.policies[0] ?? '', /^in the same minute, on the same container: tidy db$/);
  assert.deepEqual(second?.policies, []);
  for (const id of ids) await stage.rooms.schedules.remove(id, caller);
});

test('what was saved is answered with the schedules that are due in the same minute', async () => {
  const make = async (name: string, container: string) => {
    const input = v.parse(scheduleInput, { name, trigger: daily, steps: [restart(container)] });
    return (await stage.rooms.schedules.create(input, caller)).id;
  };
  const first = await make('first at noon', 'web');
  const second = await make('second at noon', 'resting');
  const warnings = stage.rooms.previews.warningsOf(second, everything);
  assert.deepEqual(warnings, ['its next slot: in the same minute: first at noon']);
  for (const id of [first, second]) await stage.rooms.schedules.remove(id, caller);
});

test('H in a schedule that is not saved yet is said to be an example', async () => {
  const spread = { kind: 'cron', expression: '0 H * * THU', timeZone: 'UTC' } as const;
  const warningsOf = async (input: Partial<v.InferInput<typeof draftPreviewRequest>>) =>
    (await stage.rooms.previews.ofDraft(v.parse(draftPreviewRequest, { trigger: spread, ...input }), everything))
      .warnings;
  assert.match((await warningsOf({})).join(), /H stands for a value/);
  assert.deepEqual(await warningsOf({ trigger: { ...spread, expression: '0 9 * * THU' } }), []);
  const often = await warningsOf({ trigger: { kind: 'interval', everyMs: 10_000 } });
  assert.deepEqual(often, ['This fires 360 times an hour.']);
});

test('the targets that match now are told with their state', async () => {
  const request = v.parse(draftPreviewRequest, { trigger: daily, steps: [restart('resting'), restart('nothing')] });
  const { steps } = await stage.rooms.previews.ofDraft(request, everything);
  assert.deepEqual(
    steps.map(({ targets }) => targets.map(({ container, state }) => [container, state])),
    [[['resting', 'created']], [['nothing', null]]],
  );
});

test('the preview of a schedule names each step that a host will refuse, with the host and the grant', async () => {
  // Fetching an image takes the grant update or exec, whichever there is.
  const pull: Step = { action: 'pull-image', hostId: 1, targets: [], options: { image: 'web:1' } };
  const steps: Step[] = [restart(), { action: 'exec', targets: on('web'), options: { command: ['date'] } }, pull];
  const warnings = async () => {
    const request = v.parse(draftPreviewRequest, { trigger: daily, steps });
    return (await stage.rooms.previews.ofDraft(request, everything)).warnings;
  };
  assert.deepEqual(await warnings(), []);
  await stage.rooms.hostKeeper.change(1, { grants: ['observe', 'operate', 'update'] }, ada);
  assert.deepEqual(await warnings(), ['step 2 (exec) will fail on Local: the host does not have the grant exec']);
  await stage.rooms.hostKeeper.change(1, { grants: ['observe', 'operate', 'exec'] }, ada);
  assert.deepEqual(await warnings(), []);
  await stage.rooms.hostKeeper.change(1, { grants: ['observe', 'operate', 'update', 'exec'] }, ada);
  const askedAt = new Date(0).toISOString();
  const areas = [{ area: 'restart', grant: 'operate', answer: 'refused' } as const];
  stage.rooms.hosts.keepReach(1, { askedAt, areas });
  assert.deepEqual(await warnings(), [
    'step 1 (restart) will fail on Local: a proxy in front of its engine refuses that, as its last test found out',
  ]);
});
