import type { ActionName, ActionOptions, Selector } from '../../../contract/actions.ts';
import type { Step } from '../../../contract/schedules.ts';
import type { DurationUnit } from './duration-unit.ts';
import { fittingUnit, unitMs } from './duration-unit.ts';
import { numberOf, numbersOf, textOfNumber } from './number-text.ts';
import { joinWords, splitWords } from './word-list.ts';

/** A step while it is edited: every field as its control holds it. */
export interface StepDraft {
  /** Tells the steps apart while they change their places. */
  key: number;
  action: ActionName;
  targets: Selector[];
  waitFor: '' | 'done' | 'running' | 'healthy';
  timeoutS: string;
  retries: string;
  onFailure: '' | 'stop' | 'continue';
  stopTimeoutS: string;
  signal: string;
  /** Of a step that waits. */
  lasts: string;
  lastsUnit: DurationUnit;
  /** Of a command: as a line, see word-list.ts. */
  command: string;
  user: string;
  workingDir: string;
  /** One `NAME=value` on each line; null where a value has lines of its own: then it is kept as it is. */
  environment: string | null;
  successExitCodes: string;
  /** What this editor does not show and gives back as it was. */
  kept: Step | null;
}

export function emptyStep(key: number, action: ActionName = 'restart'): StepDraft {
  return {
    key,
    action,
    targets: [],
    waitFor: '',
    timeoutS: '',
    retries: '',
    onFailure: '',
    stopTimeoutS: '',
    signal: '',
    lasts: '30',
    lastsUnit: 's',
    command: '',
    user: '',
    workingDir: '',
    environment: '',
    successExitCodes: '',
    kept: null,
  };
}

/** Whether a step of this kind names containers. */
export function actsOnContainers(action: ActionName): boolean {
  return !(['wait', 'http', 'run', 'prune', 'notify'] as ActionName[]).includes(action);
}

export function stepDraftOf(step: Step, key: number): StepDraft {
  const { options = {} } = step;
  const lasts = options.durationMs === undefined ? null : fittingUnit(options.durationMs);
  return {
    ...emptyStep(key, step.action),
    targets: step.targets,
    waitFor: step.waitFor ?? '',
    timeoutS: textOfNumber(step.timeoutMs, 1000),
    retries: textOfNumber(step.retries),
    onFailure: step.onFailure ?? '',
    stopTimeoutS: textOfNumber(options.timeoutMs, 1000),
    signal: options.signal ?? '',
    ...(lasts ? { lasts: lasts.value, lastsUnit: lasts.unit } : {}),
    command: joinWords(options.command ?? []),
    user: options.user ?? '',
    workingDir: options.workingDir ?? '',
    environment: linesOf(options.env ?? {}),
    successExitCodes: (options.successExitCodes ?? []).join(', '),
    kept: step,
  };
}

export function stepOf(draft: StepDraft): Step {
  const { options: _, waitFor: _wait, timeoutMs: _time, retries: _tries, onFailure: _fail, ...kept } = draft.kept ?? {};
  const timeoutMs = numberOf(draft.timeoutS, 1000);
  const retries = numberOf(draft.retries);
  const hasTargets = actsOnContainers(draft.action);
  const step: Step = { ...kept, action: draft.action, targets: hasTargets ? draft.targets : [] };
  const options = optionsOf(draft);
  if (Object.keys(options).length > 0) step.options = options;
  if (draft.waitFor !== '' && hasTargets) step.waitFor = draft.waitFor;
  if (timeoutMs !== undefined) step.timeoutMs = timeoutMs;
  if (retries !== undefined) step.retries = retries;
  if (draft.onFailure !== '') step.onFailure = draft.onFailure;
  return step;
}

/** The options of the action. Those that are not shown are kept while the action stays, and mean nothing to another. */
function optionsOf(draft: StepDraft): ActionOptions {
  const { kept, action } = draft;
  const options: ActionOptions = kept?.action === action ? { ...kept.options } : {};
  const shown = shownOptions(draft);
  for (const key of Object.keys(shown) as (keyof ActionOptions)[]) {
    if (shown[key] === undefined) delete options[key];
    else Object.assign(options, { [key]: shown[key] });
  }
  return options;
}

/** Those that the editor shows for the action; undefined where the field is empty. */
function shownOptions(draft: StepDraft): { [K in keyof ActionOptions]: ActionOptions[K] | undefined } {
  switch (draft.action) {
    case 'stop':
    case 'restart':
      return { timeoutMs: numberOf(draft.stopTimeoutS, 1000) };
    case 'kill':
      return { signal: draft.signal.trim() || undefined };
    case 'wait':
      return { durationMs: numberOf(draft.lasts, unitMs[draft.lastsUnit]) };
    case 'exec':
      return {
        command: splitWords(draft.command).words,
        user: draft.user.trim() || undefined,
        workingDir: draft.workingDir.trim() || undefined,
        successExitCodes: numbersOf(draft.successExitCodes),
        ...(draft.environment === null ? {} : { env: environmentOf(draft.environment) }),
      };
    default:
      return {};
  }
}

function linesOf(environment: Record<string, string>): string | null {
  const entries = Object.entries(environment);
  if (entries.some(([, value]) => /[\r\n]/.test(value))) return null;
  return entries.map(([name, value]) => `${name}=${value}`).join('\n');
}

/** A line without `=` is a variable that is empty, so that a mistaken name is told by the server. */
function environmentOf(lines: string): Record<string, string> | undefined {
  const entries = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf('=');
      return at === -1 ? ([line.trim(), ''] as const) : ([line.slice(0, at).trim(), line.slice(at + 1)] as const);
    });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
