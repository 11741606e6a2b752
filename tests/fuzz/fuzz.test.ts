import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { ApiClient } from '../../lab/api-client.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import type { ApiDocument, FuzzRequest } from './requests.ts';
import { requestsOf } from './requests.ts';

/** How many requests each operation gets in each round; FUZZ_SEED plays a run again. */
const perOperation = Number(process.env['FUZZ_REQUESTS'] ?? 15);
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 3);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Statuses from 500 on that say something true of an engine, and are no fault of the program. */
const engineStatuses = new Set([502, 503, 504]);
/**
 * Resident memory, MB, that a round may add to the one before: the first one loads code, and fills the heap. Over five
 * rounds it was 194 to 201, of which what is in use grows by 1 a round, by all that was made.
 */
const growthMb = 25;
/** Open files that a round may add to the one before: connections to the engine and to the disk come and go. */
const growthFiles = 20;

/** What ends the session that everything else is asked with; the tables of the accounts' routes have these. */
const leftOut = new Set(['DELETE /api/v1/session', 'POST /api/v1/session']);
/** The same by what was drawn: a new password of the owner’s own, or the end of the second factor. */
const endsOwnSession = /^\/api\/v1\/users\/1\/(password|second-factor)$/;
/** Some operations ask for the password once more; past this share nothing but the door was tried. */
const strangersShare = 0.1;

let engine: LabEngine;
let program: Program;
let client: ApiClient;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  // As bin/chrontainer starts it: without this the C library keeps large pieces of memory that were given back, and the
  // program grew from 265 to 322 MB in five rounds.
  const env = { LOG_LEVEL: 'error', MALLOC_MMAP_THRESHOLD_: '1048576' };
  program = await startProgram({ dockerHost: engine.url, env });
  client = new ApiClient(program.url);
  await client.setUp();
  await client.untilSeen('web');
});
after(async () => {
  await program.close();
  await engine.close();
});

test('no request that the schemas can describe, nor one beside them, makes the program fail, crash or grow', async (t) => {
  const requests = requestsOf(await client.expect<ApiDocument>(200, 'GET', '/api/v1/openapi.json'));
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const residentMbs: number[] = [];
  const openFiles: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    faults.push(...(await play(requests, seed + round, statuses)));
    residentMbs.push(residentMb());
    openFiles.push(readdirSync(`/proc/${program.pid}/fd`).length);
  }
  t.diagnostic(JSON.stringify({ seed, operations: requests.size, statuses, residentMbs, openFiles }));
  assert.deepEqual(faults.slice(0, 10), [], `FUZZ_SEED=${seed}`);
  const sent = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const isKnown = (statuses[401] ?? 0) < sent * strangersShare;
  assert.ok(isKnown, `the session ended on the way: ${JSON.stringify(statuses)}, FUZZ_SEED=${seed}`);
  assert.equal((await client.call('GET', '/health')).status, 200, program.output().slice(-2000));
  const [before = 0, after = 0] = residentMbs.slice(-2);
  assert.ok(after - before < growthMb, `the program grew: ${residentMbs.join(', ')} MB, FUZZ_SEED=${seed}`);
  const [filesBefore = 0, filesAfter = 0] = openFiles.slice(-2);
  assert.ok(filesAfter - filesBefore < growthFiles, `files stay open: ${openFiles.join(', ')}, FUZZ_SEED=${seed}`);
});

/** Sends every operation its requests; answers with what was wrong. */
const play = async (
  requests: ReturnType<typeof requestsOf>,
  roundSeed: number,
  statuses: Record<string, number>,
): Promise<string[]> => {
  const faults: string[] = [];
  for (const [name, arbitrary] of requests) {
    if (leftOut.has(name)) continue;
    const drawn = fc.sample(arbitrary, { seed: roundSeed, numRuns: perOperation });
    for (const request of drawn.filter(({ path }) => !endsOwnSession.test(path))) {
      const reply = await ask(request);
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
      const fault = faultOf(reply);
      if (fault) faults.push(`${name}: ${fault}: ${request.method} ${request.path} ${JSON.stringify(request.body)}`);
    }
  }
  return faults;
};

interface Reply {
  status: number;
  contentType: string;
  text: string;
}

const faultOf = ({ status, contentType, text }: Reply): string | null => {
  if (status >= 500 && !engineStatuses.has(status)) return `${status} ${text.slice(0, 300)}`;
  if (status >= 400 && !contentType.startsWith('application/problem+json')) return `${status} as ${contentType}`;
  return /\bat .+:\d+:\d+\)/.test(text) ? `a stack trace: ${text.slice(0, 300)}` : null;
};

/** Streams never end: the head of the answer is enough. */
const ask = ({ method, path, body }: FuzzRequest): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      cookie: client.cookie,
      ...(content ? { 'content-type': 'application/json', 'content-length': content.length } : {}),
    };
    const outgoing = send(`${program.url}${path}`, { method, headers, timeout: 90_000 }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      const contentType = incoming.headers['content-type'] ?? '';
      if (contentType.startsWith('text/event-stream')) {
        incoming.destroy();
        return resolve({ status, contentType, text: '' });
      }
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => resolve({ status, contentType, text: Buffer.concat(chunks).toString('utf8') }));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
    outgoing.once('error', (cause) => {
      reject(new Error(`${method} ${path} ${content}: ${cause.message}; ${program.output().slice(-2000)}`, { cause }));
    });
    outgoing.end(content);
  });

const residentMb = (): number => {
  const [, pages = '0'] = readFileSync(`/proc/${program.pid}/statm`, 'utf8').split(' ');
  return Math.round((Number(pages) * 4096) / 1e6);
};
