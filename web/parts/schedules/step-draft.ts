import type { ActionName, ActionOptions, Selector } from '../../../contract/actions.ts';
import type { Step } from '../../../contract/schedules.ts';
import type { DurationUnit } from './duration-unit.ts';
import { numberOf, textOfNumber } from './number-text.ts';
import { optionFields, optionsOf } from './option-draft.ts';

/** A step while it is edited: every field as its control holds it. */
export interface StepDraft {
  /** Tells the steps apart while they change their places. */
  key: number;
  action: ActionName;
  targets: Selector[];
  /** The ID of the host of a step that acts on one, as text. */
  host: string;
  waitFor: '' | 'done' | 'running' | 'healthy' | 'exited' | 'delay';
  /** With the wait `delay`. */
  delayS: string;
  timeoutS: string;
  retries: string;
  onFailure: '' | 'stop' | 'continue';
  /** Of restart. */
  dependants: '' | 'restart';
  stopTimeoutS: string;
  /** Of an update. */
  watchS: string;
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
  /** Of a container of its own, and of steps with images. */
  image: string;
  /** The further name of an image. */
  imageName: string;
  entrypoint: string;
  /** One `source:/path` on each line. */
  binds: string;
  network: string;
  remove: '' | 'true' | 'false';
  pull: '' | 'missing' | 'never';
  /** Of a call: where it goes, and what it carries. */
  url: string;
  method: NonNullable<ActionOptions['method']>;
  /** One `Name: value` on each line. */
  headers: string;
  body: string;
  successStatuses: string;
  /** Of a message. */
  message: string;
  title: string;
  severity: NonNullable<ActionOptions['severity']>;
  /** What is cleaned up. */
  what: NonNullable<ActionOptions['what']>;
  /** What this editor does not show and gives back as it was. */
  kept: Step | null;
}

export function emptyStep(key: number, action: ActionName = 'restart'): StepDraft {
  return {
    key,
    action,
    targets: [],
    host: '',
    waitFor: '',
    delayS: '10',
    timeoutS: '',
    retries: '',
    onFailure: '',
    dependants: '',
    stopTimeoutS: '',
    watchS: '',
    signal: '',
    lasts: '30',
    lastsUnit: 's',
    command: '',
    user: '',
    workingDir: '',
    environment: '',
    successExitCodes: '',
    image: '',
    imageName: '',
    entrypoint: '',
    binds: '',
    network: '',
    remove: '',
    pull: '',
    message: '',
    title: '',
    severity: 'info',
    url: '',
    method: 'GET',
    headers: '',
    body: '',
    successStatuses: '',
    what: 'images',
    kept: null,
  };
}

/** Whether it acts on an image of a host. */
export function isOfImages(action: ActionName): boolean {
  return action === 'pull-image' || action === 'tag-image' || action === 'remove-image';
}

/** What a step of this kind acts on. */
export function scopeOf(action: ActionName): 'containers' | 'host' | 'none' {
  if (action === 'run' || action === 'prune' || isOfImages(action)) return 'host';
  return action === 'wait' || action === 'http' || action === 'notify' ? 'none' : 'containers';
}

/** Whether it can be said what counts as its success. */
export function canWait(action: ActionName): boolean {
  return scopeOf(action) === 'containers' && action !== 'exec' && action !== 'update';
}

export function stepDraftOf(step: Step, key: number): StepDraft {
  return {
    ...emptyStep(key, step.action),
    targets: step.targets,
    host: textOfNumber(step.hostId),
    ...waitFields(step.waitFor),
    timeoutS: textOfNumber(step.timeoutMs, 1000),
    retries: textOfNumber(step.retries),
    onFailure: step.onFailure ?? '',
    dependants: step.dependants ?? '',
    ...optionFields(step.options ?? {}),
    kept: step,
  };
}

function waitFields(waitFor: Step['waitFor']): Partial<StepDraft> {
  if (typeof waitFor === 'object') return { waitFor: 'delay', delayS: textOfNumber(waitFor.delayMs, 1000) };
  return { waitFor: waitFor ?? '' };
}

export function stepOf(draft: StepDraft): Step {
  const { kept, action } = draft;
  const scope = scopeOf(action);
  const timeoutMs = numberOf(draft.timeoutS, 1000);
  const retries = numberOf(draft.retries);
  const hostId = scope === 'host' ? numberOf(draft.host) : undefined;
  const waitFor = canWait(action) ? waitOf(draft) : undefined;
  const options = optionsOf(draft);
  const step: Step = { ...unknownFields(kept), action, targets: scope === 'containers' ? draft.targets : [] };
  if (hostId !== undefined) step.hostId = hostId;
  if (Object.keys(options).length > 0) step.options = options;
  if (waitFor !== undefined) step.waitFor = waitFor;
  if (timeoutMs !== undefined) step.timeoutMs = timeoutMs;
  if (retries !== undefined) step.retries = retries;
  if (draft.onFailure !== '') step.onFailure = draft.onFailure;
  if (draft.dependants !== '' && action === 'restart') step.dependants = draft.dependants;
  return step;
}

/** What a step of a later version may have beside the fields of this one. */
function unknownFields(kept: Step | null): Partial<Step> {
  if (kept === null) return {};
  const {
    options: _,
    waitFor: _wait,
    timeoutMs: _time,
    retries: _tries,
    onFailure: _fail,
    dependants: _along,
    hostId: _host,
    ...rest
  } = kept;
  return rest;
}

function waitOf({ waitFor, delayS }: StepDraft): Step['waitFor'] {
  if (waitFor === 'delay') return { delayMs: numberOf(delayS, 1000) ?? 0 };
  return waitFor === '' ? undefined : waitFor;
}
