import type { Policies } from '../../../contract/schedules.ts';
import type { ConditionDraft } from './condition-draft.ts';
import { conditionDrafts, conditionsOf } from './condition-draft.ts';
import { numberOf, textOfNumber } from './number-text.ts';
import type { WindowDraft } from './window-draft.ts';
import { windowDrafts, windowsOf } from './window-draft.ts';

/** The policies of a schedule while they are edited. */
export interface PolicyDraft {
  catchUp: Policies['catchUp'];
  catchUpLimit: string;
  startDeadlineMin: string;
  overlap: Policies['overlap'];
  queueLimit: string;
  jitterS: string;
  timeoutMin: string;
  pauseAfterFailures: string;
  windows: WindowDraft[];
  outsideWindow: Policies['outsideWindow'];
  conditions: ConditionDraft[];
  keepRuns: string;
  keepRunsDays: string;
  onNoMatch: Policies['onNoMatch'];
  /** As they were before, with any that this editor does not know. */
  kept: Partial<Policies>;
}

export function emptyPolicies(): PolicyDraft {
  return {
    catchUp: 'latest',
    catchUpLimit: '10',
    startDeadlineMin: '',
    overlap: 'skip',
    queueLimit: '5',
    jitterS: '',
    timeoutMin: '',
    pauseAfterFailures: '',
    windows: [],
    outsideWindow: 'skip',
    conditions: [],
    keepRuns: '',
    keepRunsDays: '',
    onNoMatch: 'fail',
    kept: {},
  };
}

export function policyDraftOf(policies: Policies): PolicyDraft {
  return {
    catchUp: policies.catchUp,
    catchUpLimit: String(policies.catchUpLimit),
    startDeadlineMin: textOfNumber(policies.startDeadlineMs, 60_000),
    overlap: policies.overlap,
    queueLimit: String(policies.queueLimit),
    jitterS: policies.jitterMs === 0 ? '' : textOfNumber(policies.jitterMs, 1000),
    timeoutMin: textOfNumber(policies.timeoutMs, 60_000),
    pauseAfterFailures: textOfNumber(policies.pauseAfterFailures),
    windows: windowDrafts(policies.windows),
    outsideWindow: policies.outsideWindow,
    conditions: conditionDrafts(policies.conditions),
    keepRuns: textOfNumber(policies.keepRuns),
    keepRunsDays: textOfNumber(policies.keepRunsDays),
    onNoMatch: policies.onNoMatch,
    kept: policies,
  };
}

export function policiesOf(draft: PolicyDraft): Policies {
  return {
    ...draft.kept,
    catchUp: draft.catchUp,
    catchUpLimit: numberOf(draft.catchUpLimit) ?? 10,
    startDeadlineMs: numberOf(draft.startDeadlineMin, 60_000) ?? null,
    overlap: draft.overlap,
    queueLimit: numberOf(draft.queueLimit) ?? 5,
    jitterMs: numberOf(draft.jitterS, 1000) ?? 0,
    timeoutMs: numberOf(draft.timeoutMin, 60_000) ?? null,
    pauseAfterFailures: numberOf(draft.pauseAfterFailures) ?? null,
    windows: windowsOf(draft.windows),
    outsideWindow: draft.outsideWindow,
    conditions: conditionsOf(draft.conditions),
    keepRuns: numberOf(draft.keepRuns) ?? null,
    keepRunsDays: numberOf(draft.keepRunsDays) ?? null,
    onNoMatch: draft.onNoMatch,
  };
}
