import type { EventFacts, MessageFacts, Severity } from '../../../../contract/index.ts';
import { noFacts } from '../run-facts.ts';
import { maySnooze } from '../snooze/subjects.ts';

/** An example has everything, so that it also tells which names there are. */
const backup: EventFacts = {
  ...noFacts,
  schedule: { id: 7, name: 'Nightly backup' },
  run: {
    id: '019ac2e4-5a00-7000-8000-000000000007',
    name: 'Nightly backup',
    outcome: 'failed',
    origin: 'schedule',
    message: 'exit code 3',
    scheduledFor: '2026-11-26T02:00:00.000Z',
    startedAt: '2026-11-26T02:00:00.120Z',
    finishedAt: '2026-11-26T02:04:12.480Z',
    durationMs: 252_360,
  },
  targets: [
    {
      action: 'exec',
      container: 'db',
      host: 'nas',
      outcome: 'failed',
      expected: 'exit code 0',
      reason: 'exit code 3',
      exitCode: 3,
      attempts: 2,
    },
  ],
  container: 'db',
  host: 'nas',
  stack: 'shop',
  image: 'postgres:17',
  expected: 'exit code 0',
  reason: 'exit code 3',
  exitCode: 3,
  attempts: 2,
  lines: ['dumping "orders"', 'could not write: no space left on device'],
  nextRun: '2026-11-27 03:00 Europe/Berlin',
  fromDigest: null,
  toDigest: null,
};

const done: Partial<EventFacts> = {
  expected: 'exit code 0',
  reason: 'exit code 0',
  exitCode: 0,
  attempts: 1,
  lines: ['done'],
};
const runEnding = (outcome: string, message: string): Partial<EventFacts> => ({
  run: backup.run && { ...backup.run, outcome, message },
  reason: message,
});
const ofContainer: Partial<EventFacts> = {
  schedule: null,
  run: null,
  targets: [],
  expected: null,
  attempts: null,
  nextRun: null,
};
/** Nothing was done to any container. */
const untouched: Partial<EventFacts> = {
  targets: [],
  container: null,
  stack: null,
  image: null,
  expected: null,
  exitCode: null,
  attempts: null,
  lines: [],
};
const ofHost: Partial<EventFacts> = { ...ofContainer, ...untouched };

interface Example {
  severity: Severity;
  title: string;
  facts: Partial<EventFacts>;
}

/** Of the events that differ in more than their name. */
const examples: Record<string, Example> = {
  'run.failed': { severity: 'error', title: 'Failed: Nightly backup', facts: {} },
  'run.missed': {
    severity: 'warning',
    title: 'Missed: Nightly backup',
    facts: { ...runEnding('missed', 'later than its start deadline of 1 h'), ...untouched, host: null },
  },
  'run.skipped': {
    severity: 'info',
    title: 'Skipped: Nightly backup',
    facts: { ...runEnding('skipped', 'the run before was still under way'), ...untouched, host: null },
  },
  'run.recovered': {
    severity: 'success',
    title: 'Works again: Nightly backup',
    facts: { ...runEnding('succeeded', 'exit code 0'), ...done },
  },
  'run.succeeded': {
    severity: 'success',
    title: 'Done: Nightly backup',
    facts: { ...runEnding('succeeded', 'exit code 0'), ...done },
  },
};

const failing = (title: string, reason: string, facts: Partial<EventFacts> = {}): Example => ({
  severity: 'error',
  title: `${title}: db on nas`,
  facts: { ...ofContainer, exitCode: null, reason, ...facts },
});
/** A schedule did it. */
const exchanged: Partial<EventFacts> = {
  schedule: { id: 7, name: 'Nightly updates' },
  fromDigest: `sha256:${'4f53cda1'.repeat(8)}`,
  toDigest: `sha256:${'c2b18e70'.repeat(8)}`,
};
/** What is found on hosts, containers and the instance without a run. */
const found: Record<string, Example> = {
  'run.slow': {
    severity: 'warning',
    title: 'Slow: Nightly backup',
    facts: {
      ...runEnding('succeeded', 'it took 4 min 12 s, usually 58 s'),
      ...done,
      reason: 'it took 4 min 12 s, usually 58 s',
    },
  },
  'container.died': failing('Died', 'It ended with exit code 3.', { exitCode: 3 }),
  'container.oom': failing('Out of memory', 'The kernel ended it: it needed more than its limit.', { exitCode: 137 }),
  'container.unhealthy': failing('Unhealthy', 'Its health check failed.', { lines: ['connection refused'] }),
  'container.restart_loop': failing('Restarts again and again', 'It started 5 times in 10 minutes.', { exitCode: 1 }),
  'container.recovered': {
    severity: 'success',
    title: 'Well again: db on nas',
    facts: { ...ofContainer, exitCode: null, lines: [], reason: 'It was in trouble for 12 minutes.' },
  },
  'update.available': {
    severity: 'info',
    title: 'Newer image: db on nas',
    facts: { ...ofContainer, exitCode: null, lines: [], reason: 'There is a newer image of postgres:16.' },
  },
  'update.done': {
    severity: 'success',
    title: 'Updated: db on nas',
    facts: { ...ofContainer, ...exchanged, exitCode: null, reason: null, lines: [] },
  },
  'update.rolled_back': {
    severity: 'error',
    title: 'Rolled back: db on nas',
    facts: {
      ...ofContainer,
      ...exchanged,
      exitCode: null,
      expected: 'running with the newest image',
      reason: 'the new container did not do: it ended with exit code 1',
    },
  },
  'host.offline': {
    severity: 'error',
    title: 'Out of reach: nas',
    facts: { ...ofHost, reason: 'The engine does not answer.' },
  },
  'host.hung': {
    severity: 'error',
    title: 'Does not finish actions: nas',
    facts: {
      ...ofHost,
      reason: 'The engine answers, but does not finish what it is told: to restart the container db.',
    },
  },
  'host.online': {
    severity: 'success',
    title: 'Back: nas',
    facts: { ...ofHost, reason: 'It was away for 12 minutes.' },
  },
  'disk.low': {
    severity: 'warning',
    title: 'The disk of Chrontainer is nearly full',
    facts: { ...ofHost, host: null, reason: '512 MB are free where the database is, 4 %.' },
  },
  'backup.failed': {
    severity: 'error',
    title: 'The database could not be copied',
    facts: { ...ofHost, host: null, reason: 'database or disk is full.' },
  },
  'backup.recovered': {
    severity: 'success',
    title: 'Backups work again',
    facts: { ...ofHost, host: null, reason: 'The database was copied, and the copy was read through.' },
  },
  'session.new_place': {
    severity: 'warning',
    title: 'New sign-in: kim',
    facts: { ...ofHost, host: null, reason: 'A browser that the account has not used before.' },
  },
  'api_key.expiring': {
    severity: 'warning',
    title: 'API key ends soon: backup',
    facts: { ...ofHost, host: null, reason: 'It ends at 2026-12-03 00:00 UTC.' },
  },
};

const byRoom: Record<string, Example> = {
  run: { severity: 'warning', title: 'Nightly backup', facts: {} },
  container: { severity: 'error', title: 'db on nas', facts: { ...ofContainer, reason: 'it ended with exit code 3' } },
  host: { severity: 'error', title: 'nas', facts: { ...ofHost, reason: 'the engine does not answer' } },
};
const other: Example = {
  severity: 'warning',
  title: 'Something happened',
  facts: { ...ofHost, host: null, reason: 'what happened, in a sentence' },
};

/** What a message about such an event could be made from. */
export const exampleOf = (event: string): MessageFacts => {
  const { severity, title, facts } = examples[event] ?? found[event] ?? byRoom[event.split('.')[0] ?? ''] ?? other;
  const whole = { ...backup, ...facts };
  const body = [whole.reason, ...whole.lines, ...(whole.nextRun ? [`Next run: ${whole.nextRun}`] : [])];
  return {
    ...whole,
    event,
    severity,
    title,
    body: body.filter((line) => line !== null).join('\n'),
    at: '2026-11-26T02:04:12.480Z',
    localTime: '2026-11-26 03:04 Europe/Berlin',
    url: 'https://chrontainer.example.org/runs/019ac2e4-5a00-7000-8000-000000000007',
    snoozeUrl: maySnooze(event) ? 'https://chrontainer.example.org/snooze#an-example' : null,
  };
};

/** Has a value at every name that a template may use. */
export const allFacts: MessageFacts = exampleOf('run.failed');
