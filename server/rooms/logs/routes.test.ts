import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LogLine, LogPage } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Reply } from '../../scenario.ts';
import { testTable } from '../../scenario.ts';
import type { LogStage } from './log-stage.ts';
import { openLogStage } from './log-stage.ts';

let engine: LabEngine;
let stage: LogStage;

const counted = 'for i in $(seq 1 3000); do echo "line $i"; done; echo "ERROR: disk full" >&2';
before(async () => {
  engine = await privateEngine();
  const said = ['echo one', 'sleep 0.2', 'echo three', 'sleep 0.2', 'echo "level=warn five"'].join('; ');
  await engine.run('odd', { cmd: ['sh', '-c', said] });
  await engine.run('even', { cmd: ['sh', '-c', 'sleep 0.1; echo two; sleep 0.2; echo four'], more: { Tty: true } });
  await engine.run('plain', { cmd: ['sh', '-c', 'for i in $(seq 1 3000); do echo "line $i"; done'] });
  await engine.run('many', { cmd: ['sh', '-c', counted] });
  stage = await openLogStage(engine.url);
  await waitUntil('the ends', 20_000, 20, () => stage.hosts.containers().every(({ state }) => state === 'exited'));
});
after(async () => {
  await stage.close();
  await engine.close();
});

const one = '/api/v1/hosts/1/containers';
const merged = '/api/v1/logs?containers=1:odd,1:even';
const pageOf = ({ json }: Reply) => json as LogPage;
const textsOf = (reply: Reply) => pageOf(reply).items.map(({ text }) => text);
/** What both wrote, by time: what each wrote is known, and how the two went beside each other is in the times. */
const inOrder = async (): Promise<LogLine[]> => {
  const pages = await Promise.all(
    ['odd', 'even'].map((name) => stage.scenario.ask('viewer', `GET ${one}/${name}/logs`)),
  );
  const lines = pages.flatMap((page) => pageOf(page).items);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['one', 'three', 'level=warn five', 'two', 'four'],
  );
  return lines.toSorted((a, b) => (a.at < b.at ? -1 : 1));
};
const says =
  (...texts: string[]) =>
  (reply: Reply) =>
    assert.deepEqual(textsOf(reply), texts);

testTable(
  () => stage.scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${one}/odd/logs`, status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${merged}`, status: 401 },
    { name: 'is of no such container', as: 'viewer', call: `GET ${one}/none/logs`, status: 404 },
    { name: 'is of no such container', as: 'viewer', call: 'GET /api/v1/logs?containers=1:odd,1:none', status: 404 },
    { name: 'names containers', as: 'viewer', call: 'GET /api/v1/logs', status: 400, faults: ['containers'] },
    {
      name: 'tells all faults at once',
      as: 'viewer',
      call: `GET ${one}/odd/logs?tail=x&since=yesterday&levels=loud&follow=maybe`,
      status: 400,
      faults: ['tail', 'since', 'levels', 'follow'],
    },
    {
      name: 'refuses an expression',
      as: 'viewer',
      call: `GET ${one}/odd/logs?q=(&regex=true`,
      status: 400,
      faults: ['q'],
    },
    {
      name: 'refuses an expression also to a stream',
      as: 'viewer',
      call: `GET ${one}/odd/logs?q=(&regex=true&follow=true`,
      status: 400,
      faults: ['q'],
    },
    { name: 'refuses a cursor', as: 'viewer', call: `GET ${one}/odd/logs?cursor=abc`, status: 400, faults: ['cursor'] },
    { name: 'is bounded', as: 'viewer', call: `GET ${one}/odd/logs?tail=10001`, status: 400, faults: ['tail'] },
    {
      name: 'wants something',
      as: 'viewer',
      call: `GET ${one}/odd/logs?stdout=false&stderr=false`,
      status: 400,
      faults: ['stdout'],
    },
    {
      name: 'comes line by line',
      as: 'viewer',
      call: `GET ${one}/odd/logs`,
      status: 200,
      check: (reply) => {
        says('one', 'three', 'level=warn five')(reply);
        assert.equal(pageOf(reply).items[2]?.level, 'warn');
        assert.equal(pageOf(reply).nextCursor, null);
      },
    },
    {
      name: 'has an end',
      as: 'viewer',
      call: `GET ${one}/odd/logs?tail=1`,
      status: 200,
      check: says('level=warn five'),
    },
    { name: 'can be none', as: 'viewer', call: `GET ${one}/odd/logs?tail=0`, status: 200, check: says() },
    {
      name: 'is merged by time, a terminal’s with another',
      as: 'viewer',
      call: `GET ${merged}`,
      status: 200,
      check: async (reply) => says(...(await inOrder()).map(({ text }) => text))(reply),
    },
    {
      name: 'has one stream',
      as: 'viewer',
      call: `GET ${one}/many/logs?stdout=false&tail=1`,
      status: 200,
      check: says('ERROR: disk full'),
    },
    {
      name: 'has levels',
      as: 'viewer',
      call: `GET ${one}/many/logs?levels=error`,
      status: 200,
      check: says('ERROR: disk full'),
    },
    {
      name: 'is searched to its beginning',
      as: 'viewer',
      call: `GET ${one}/many/logs?q=LINE%207&tail=3`,
      status: 200,
      check: says('line 797', 'line 798', 'line 799'),
    },
    {
      name: 'is searched by an expression',
      as: 'viewer',
      call: `GET ${one}/many/logs?q=${encodeURIComponent('^line 12?$')}&regex=true`,
      status: 200,
      check: says('line 1', 'line 12'),
    },
    {
      name: 'is told as text, whole',
      as: 'viewer',
      call: `GET ${one}/many/logs`,
      headers: { Accept: 'text/plain' },
      status: 200,
      check: ({ text, headers }) => {
        assert.equal(text.split('\n').filter((line) => /^line \d+$/.test(line)).length, 3000);
        assert.equal(headers['content-disposition'], undefined);
        assert.match(headers['content-type'] ?? '', /^text\/plain/);
      },
    },
    {
      name: 'is downloaded with times and names',
      as: 'viewer',
      call: `GET ${merged}&download=true&timestamps=true`,
      status: 200,
      check: async ({ text, headers }) => {
        const lines = await inOrder();
        assert.equal(text, lines.map((line) => `${line.at} ${line.container} | ${line.text}\n`).join(''));
        assert.match(String(headers['content-disposition']), /^attachment; filename="containers.log"/);
      },
    },
  ],
);

/** All lines of a log or of several, read page by page, oldest first. */
const pageByPage = async (path: string): Promise<LogLine[]> => {
  const seen: LogLine[] = [];
  let cursor = '';
  for (let i = 0; i < 20; i++) {
    const page = pageOf(await stage.scenario.ask('viewer', `GET ${path}${cursor && `&cursor=${cursor}`}`));
    seen.unshift(...page.items);
    cursor = page.nextCursor ?? '';
    if (cursor === '') break;
  }
  return seen;
};
const numbered = Array.from({ length: 3000 }, (_, i) => `line ${i + 1}`);

// Two streams of a container may stand out of order in its log, where its pages are cut by time.
for (const [name, path] of [
  ['a log', 'plain/logs?tail=700'],
  ['one stream of a log', 'many/logs?tail=700&stderr=false'],
] as const) {
  test(`page by page ${name} is read to its beginning, each line once`, async () => {
    const lines = await pageByPage(`${one}/${path}`);
    assert.deepEqual(
      lines.map(({ text }) => text),
      numbered,
    );
  });
}

test('page by page a log that is read to its beginning stays away while another goes on', async () => {
  const late = await engine.run('late', { cmd: ['echo', 'late'] });
  await waitUntil('its end', 20_000, 20, () =>
    stage.hosts.containers().some((it) => it.id === late && it.state === 'exited'),
  );
  const lines = await pageByPage('/api/v1/logs?containers=1:many,1:late&tail=700&stderr=false');
  assert.deepEqual(
    lines.map(({ text }) => text),
    [...numbered, 'late'],
  );
});

test('page by page merged logs are read to their beginnings', async () => {
  assert.deepEqual(
    (await pageByPage(`${merged}&tail=2`)).map(({ text }) => text),
    (await inOrder()).map(({ text }) => text),
  );
});

test('a time bounds it on both sides', async () => {
  const all = await inOrder();
  const [since, until] = [all[1]?.at ?? '', all[3]?.at ?? ''];
  const reply = await stage.scenario.ask('viewer', `GET ${merged}&since=${since}&until=${until}`);
  assert.deepEqual(
    textsOf(reply),
    all.slice(1, 4).map(({ text }) => text),
  );
  assert.equal(textsOf(await stage.scenario.ask('viewer', `GET ${merged}&since=1h`)).length, 5);
  assert.deepEqual(textsOf(await stage.scenario.ask('viewer', `GET ${merged}&until=1h`)), []);
});
