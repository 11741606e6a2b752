import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Channel, Run, Schedule } from '../../contract/index.ts';
import { ApiClient } from '../../lab/api-client.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import type { Receiver } from '../../lab/receiver.ts';
import { openReceiver } from '../../lab/receiver.ts';
import { waitUntil } from '../../lab/wait.ts';

/** `DELIVERY_KILLS=50` for the long form. */
const kills = Number(process.env['DELIVERY_KILLS'] ?? 3);
const dataDirectory = mkdtempSync(join(tmpdir(), 'chr-delivery-'));
let receiver: Receiver;
let program: Program;
let client: ApiClient;

before(async () => {
  receiver = await openReceiver();
  program = await startProgram({ dataDirectory });
  client = new ApiClient(program.url);
  await client.setUp();
});
after(async () => {
  await program.close();
  receiver.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

const base = '/api/v1/notifications';
const told = (): string[] => receiver.received.map(({ text }) => (JSON.parse(text) as { runId: string }).runId);
const hasEnded = async (id: string) => (await client.expect<Run>(200, 'GET', `/api/v1/runs/${id}`)).finishedAt !== null;

/** Kills where nothing has been sent yet, where it was sent and not answered, and where it was answered: by turns. */
const killAt = async (round: number, runId: string): Promise<void> => {
  if (round % 3 === 0) await waitUntil('the end of the run', 20_000, 1, () => hasEnded(runId));
  else await waitUntil('the message', 20_000, 1, () => told().includes(runId));
  await program.kill9();
};

test(`a program that is killed ${kills} times between the end of a run and the answer of the other side tells of each run`, async () => {
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const target = { kind: 'webhook', config: { url: receiver.url } };
  const { id: channel } = await client.expect<Channel>(201, 'POST', `${base}/channels`, { name: 'hook', target });
  const rule = { name: 'all', events: ['run.failed'], channels: [channel], onlyChanges: false, foldMs: 0 };
  await client.expect(201, 'POST', `${base}/rules`, { ...rule, origins: ['manual'] });
  const steps = [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }];
  const schedule = { name: 'Fails', trigger: { kind: 'manual' }, steps };
  const { id } = await client.expect<Schedule>(201, 'POST', '/api/v1/schedules', schedule);
  const runs: string[] = [];
  for (let round = 0; round < kills; round++) {
    receiver.answer = round % 3 === 2 ? { status: 200 } : null;
    const { runId } = await client.expect<{ runId: string }>(202, 'POST', `/api/v1/schedules/${id}/run`);
    runs.push(runId);
    await killAt(round, runId);
    await program.close();
    program = await startProgram({ dataDirectory, port: program.port });
  }
  receiver.answer = { status: 200 };
  await program.kill9();
  await program.close();
  program = await startProgram({ dataDirectory, port: program.port });
  await waitUntil('every message', 60_000, 50, () => runs.every((runId) => told().includes(runId)));
  const extra = told().length - new Set(told()).size;
  console.log(`${kills} kills, ${runs.length} runs, ${new Set(told()).size} told, ${extra} messages beyond the first`);
  assert.deepEqual(new Set(told()), new Set(runs));
});
