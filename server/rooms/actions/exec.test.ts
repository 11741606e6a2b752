import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ActionOptions, Run, Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, on, Stage, targetOf } from '../../stage.ts';
import { exec } from './exec.ts';
import { workOn } from './work-on.ts';

let engine: LabEngine;
let stage: Stage;
before(async () => {
  engine = await privateEngine();
  stage = await Stage.open(engine.url);
  await engine.run('web');
});
after(async () => {
  await stage.close();
  await engine.close();
});

const sh = (line: string, options: ActionOptions = {}, container = 'web'): Step => ({
  action: 'exec',
  targets: on(container),
  options: { command: ['sh', '-c', line], ...options },
});

const outputOf = async (run: Run) => {
  const rows = await stage.rooms.outputs.read(run.id, { afterSeq: 0, limit: 10_000 });
  const text = (stream: string) =>
    rows
      .filter((row) => row.stream === stream)
      .map((row) => row.text)
      .join('');
  return { stdout: text('stdout'), stderr: text('stderr') };
};

/** Resolves when the file is there, in the container. */
const untilFile = (path: string) =>
  waitUntil(`the file ${path}`, 30_000, 50, async () => {
    const run = await stage.rooms.hosts.engine(1).jobs.createCommand('web', { command: ['test', '-e', path] });
    for await (const _ of await stage.rooms.hosts.engine(1).jobs.startCommand(run, AbortSignal.timeout(10_000)));
    return (await stage.rooms.hosts.engine(1).jobs.commandState(run)).exitCode === 0;
  });

test('a command runs in the container, and its output and exit code are kept, each stream by itself', async () => {
  const run = await stage.run(
    sh('echo "to out: $WHO in $(pwd)"; echo "to err" >&2; exit 0', { env: { WHO: 'ada' }, workingDir: '/tmp' }),
  );
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal(targetOf(run).exitCode, 0);
  assert.deepEqual(await outputOf(run), { stdout: 'to out: ada in /tmp\n', stderr: 'to err\n' });
});

test('another exit code than 0 has failed, unless the step calls it success', async () => {
  const failed = await stage.run(sh('exit 3'));
  assert.deepEqual([failed.outcome, failed.message, targetOf(failed).exitCode], ['failed', 'exit code 3', 3]);
  const fine = await stage.run(sh('exit 3', { successExitCodes: [0, 3] }));
  assert.deepEqual([fine.outcome, targetOf(fine).exitCode], ['succeeded', 3]);
});

test('the arguments are the program’s own: no shell reads them', async () => {
  const hostile = '$(touch /pwned); `id` && "quotes" ; <b>';
  const run = await stage.run({ action: 'exec', targets: on('web'), options: { command: ['echo', '-n', hostile] } });
  assert.equal((await outputOf(run)).stdout, hostile);
  assert.equal((await stage.run(sh('test -e /pwned'))).outcome, 'failed');
});

test('a program that is not there has failed in the engine’s words; so has a command in what does not run', async () => {
  const missing = await stage.run({ action: 'exec', targets: on('web'), options: { command: ['/no/such'] } });
  assert.equal(missing.outcome, 'failed');
  assert.match((await outputOf(missing)).stdout + (missing.message ?? ''), /no such file|not found|12[67]/);
  await engine.run('idle', { start: false });
  const idle = await stage.run(sh('true', {}, 'idle'));
  assert.match(idle.message ?? '', /not running, so no command/);
  assert.equal((await stage.run(sh('true', {}, 'nowhere'))).outcome, 'failed');
});

test('of endless output the beginning and the end are kept, and that something is missing is said', async () => {
  const run = await stage.run(sh('echo first; yes | head -c 3000000; echo last'));
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  const { stdout } = await outputOf(run);
  assert.ok(stdout.length <= 256 * 1024, String(stdout.length));
  assert.ok(stdout.length > 200 * 1024, String(stdout.length));
  assert.ok(stdout.startsWith('first\ny\n'));
  assert.ok(stdout.endsWith('y\nlast\n'));
  assert.equal(await stage.rooms.outputs.isTruncated(run.id, {}), true);
});

test('a command that takes longer than its step is timed out, and its message says that it goes on', async () => {
  const run = await stage.run({ ...sh('sleep 4; touch /went-on'), timeoutMs: 1000 });
  assert.equal(run.outcome, 'timed_out');
  assert.match(run.message ?? '', /longer than 1 s; the command itself goes on/);
  await untilFile('/went-on');
});

test('a run that is cancelled does not wait for its command', async () => {
  const id = await stage.begin(sh('sleep 600'));
  await stage.untilDispatched(id);
  await stage.rooms.runs.cancel(id, ada);
  const run = await stage.over(id);
  assert.equal(run.outcome, 'cancelled');
  assert.match(run.message ?? '', /cancelled by ada; the command itself goes on/);
});

test('a command that is under way when the program dies is seen to its end by the next start, and runs once', async () => {
  const id = await stage.begin(sh('echo x >> /once; sleep 2; echo x >> /once; exit 7'));
  await untilFile('/once');
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.deepEqual([run.outcome, targetOf(run).exitCode, targetOf(run).attempts], ['failed', 7, 1]);
  assert.match(run.message ?? '', /exit code 7 \(seen after a restart/);
  assert.equal((await outputOf(await stage.run(sh('wc -l < /once')))).stdout.trim(), '2');
});

test('a command that ends while the program is down has the outcome that it had', async () => {
  const id = await stage.begin(sh('echo x >> /down; sleep 1'));
  await untilFile('/down');
  await stage.crashAndReturn(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal((await outputOf(await stage.run(sh('wc -l < /down')))).stdout.trim(), '1');
});

test('a command that was prepared and not started when the program died is started by the next start, once', async () => {
  const { id } = await stage.rooms.hosts.engine(1).inspectContainer('web');
  const { jobs } = stage.rooms.hosts.engine(1);
  const execId = await jobs.createCommand(id, { command: ['sh', '-c', 'echo x >> /prepared; wc -l < /prepared'] });
  const written: string[] = [];
  const work = workOn(stage, sh('unused'), {
    container: 'web',
    output: async () => ({ write: ({ bytes }) => written.push(bytes.toString()) }),
  });
  const seen = { note: { execId }, dispatchedAt: Date.now() };
  assert.equal((await exec.resume(work, seen))?.outcome, 'succeeded');
  assert.equal((await exec.resume(work, seen))?.outcome, 'succeeded');
  assert.equal(written.join(''), '1\n');
});

test('when the engine has forgotten the command, the run says that nobody can tell', async () => {
  const id = await stage.begin(sh('sleep 600'));
  await stage.untilDispatched(id);
  await stage.crashAndReturn(async () => {
    await engine.stop();
    await engine.start();
  });
  const run = await stage.over(id);
  assert.equal(run.outcome, 'interrupted', run.message ?? '');
});
