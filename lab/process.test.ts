import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { startProgram } from './process.ts';
import { waitUntil } from './wait.ts';

/** A stand-in with the program's outer behaviour, so that these tests say something about the lab alone. */
const obedient = `
  import { createServer } from 'node:http';
  import { writeFileSync } from 'node:fs';
  writeFileSync(process.env.DATA_DIR + '/engine', process.env.DOCKER_HOST);
  createServer((request, response) => response.end(request.url)).listen(Number(process.env.PORT), process.env.HOST);
  console.log('listening');
  process.on('SIGTERM', () => process.exit(0));`;

const standIn = (t: TestContext, source: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-stand-in-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const main = join(directory, 'main.mjs');
  writeFileSync(main, source);
  return main;
};

test('a started program answers, tells what it wrote and ends when asked', async (t) => {
  const program = await startProgram({ main: standIn(t, obedient), dockerHost: 'unix:///somewhere.sock' });
  t.after(() => program.close());
  const [answer] = await once(get(`${program.url}/health`), 'response');
  answer.resume();
  assert.equal(answer.statusCode, 200);
  assert.match(program.output(), /listening/);
  assert.equal(readFileSync(join(program.dataDirectory, 'engine'), 'utf8'), 'unix:///somewhere.sock');
  assert.equal(await program.stop(), 0);
});

test('a killed program can be started again with its data', async (t) => {
  const main = standIn(t, obedient);
  const first = await startProgram({ main });
  await first.kill9();
  const second = await startProgram({ main, dataDirectory: first.dataDirectory, port: first.port });
  assert.equal(second.url, first.url);
  await second.close();
  assert.equal(existsSync(first.dataDirectory), true);
  await first.close();
  assert.equal(existsSync(first.dataDirectory), false);
});

test('a program that ends before it answers is reported with its output', async (t) => {
  const main = standIn(t, `console.error('PORT is not a number'); process.exit(1);`);
  await assert.rejects(startProgram({ main }), /PORT is not a number/);
});

test('a program goes with its test, even when that is killed', async (t) => {
  const main = standIn(t, obedient);
  const owning = `
    const { startProgram } = await import(${JSON.stringify(new URL('./process.ts', import.meta.url).href)});
    const program = await startProgram({ main: ${JSON.stringify(main)} });
    console.log(program.pid + ' ' + program.dataDirectory);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', owning], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(owner.stdout), 'line');
  const [pid, dataDirectory = ''] = String(line).split(' ');
  t.after(() => rmSync(dataDirectory, { recursive: true }));
  assert.equal(isAlive(Number(pid)), true);
  owner.kill('SIGKILL');
  await waitUntil('the program to end', 20_000, 20, () => !isAlive(Number(pid)));
});

/** A dead process stays listed as a zombie until somebody collects it. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return false;
    throw error;
  }
};
