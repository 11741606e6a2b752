import assert from 'node:assert/strict';
import type { Step } from '../../../contract/index.ts';
import { systemClock } from '../../clock/index.ts';
import { Outbound } from '../../outbound/index.ts';
import type { Stage } from '../../stage.ts';
import type { Work } from './kind.ts';

type Own = Pick<Work, 'container'> & Partial<Work>;

/** The means to do a step on a stage's engine, for tests that have to say what is known and see what is written down. */
export const workOn = (stage: Stage, step: Step, own: Own): Work => ({
  runId: 'r1',
  step,
  pictured: () => undefined,
  clock: systemClock,
  signal: AbortSignal.timeout(30_000),
  engine: () => stage.rooms.hosts.engine(1),
  outbound: new Outbound(() => false),
  notifier: stage.rooms.notifications.notices,
  after: null,
  blocks: { reasonFor: () => null },
  accountAt: () => null,
  runName: 'by hand',
  stepIndex: 0,
  dispatch: () => assert.fail('nothing is to be dispatched'),
  amend: () => assert.fail('nothing of it changes'),
  output: () => assert.fail('nothing is put out'),
  hold: () => undefined,
  ...own,
});
