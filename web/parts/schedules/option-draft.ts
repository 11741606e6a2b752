import type { ActionOptions } from '../../../contract/actions.ts';
import { fittingUnit, unitMs } from './duration-unit.ts';
import { numberOf, numbersOf, textOfNumber } from './number-text.ts';
import type { StepDraft } from './step-draft.ts';
import { joinWords, splitWords } from './word-list.ts';

/** The fields of a step that hold its options. */
export function optionFields(options: ActionOptions): Partial<StepDraft> {
  const lasts = options.durationMs === undefined ? null : fittingUnit(options.durationMs);
  return {
    stopTimeoutS: textOfNumber(options.timeoutMs, 1000),
    watchS: textOfNumber(options.watchMs, 1000),
    signal: options.signal ?? '',
    ...(options.what ? { what: options.what } : {}),
    ...(lasts ? { lasts: lasts.value, lastsUnit: lasts.unit } : {}),
    ...processFields(options),
    ...containerFields(options),
    ...callFields(options),
    imageName: options.name ?? '',
    message: options.message ?? '',
    title: options.title ?? '',
    severity: options.severity ?? 'info',
  };
}

function callFields({ url = '', method = 'GET', headers = {}, body = '', successStatuses = [] }: ActionOptions) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return { url, method, headers: lines.join('\n'), body, successStatuses: successStatuses.join(', ') };
}

function processFields({ command = [], env = {}, user = '', workingDir = '', successExitCodes = [] }: ActionOptions) {
  return {
    command: joinWords(command),
    user,
    workingDir,
    environment: linesOf(env),
    successExitCodes: successExitCodes.join(', '),
  };
}

function containerFields(options: ActionOptions): Partial<StepDraft> {
  const { image = '', entrypoint = [], binds = [], network = '', remove, pull = '' } = options;
  return {
    image,
    entrypoint: joinWords(entrypoint),
    binds: binds.join('\n'),
    network,
    remove: remove === undefined ? '' : remove ? 'true' : 'false',
    pull,
  };
}

/** The options of the action. Those that are not shown are kept while the action stays, and mean nothing to another. */
export function optionsOf(draft: StepDraft): ActionOptions {
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
    case 'update':
      return { watchMs: numberOf(draft.watchS, 1000) };
    case 'kill':
      return { signal: draft.signal.trim() || undefined };
    case 'wait':
      return { durationMs: numberOf(draft.lasts, unitMs[draft.lastsUnit]) };
    case 'exec':
      return { ...processOptions(draft), command: splitWords(draft.command).words };
    case 'run':
      return {
        ...processOptions(draft),
        image: draft.image.trim(),
        command: wordsOf(draft.command),
        entrypoint: wordsOf(draft.entrypoint),
        binds: linesIn(draft.binds),
        network: draft.network.trim() || undefined,
        remove: draft.remove === '' ? undefined : draft.remove === 'true',
        pull: draft.pull || undefined,
      };
    case 'prune':
      return { what: draft.what };
    case 'pull-image':
    case 'remove-image':
      return { image: draft.image.trim() };
    case 'tag-image':
      return { image: draft.image.trim(), name: draft.imageName.trim() };
    case 'notify':
    case 'http':
      return sentOptions(draft);
    default:
      return {};
  }
}

/** What every process has, in a container or as one. */
function processOptions(draft: StepDraft): Partial<ReturnType<typeof shownOptions>> {
  return {
    user: draft.user.trim() || undefined,
    workingDir: draft.workingDir.trim() || undefined,
    successExitCodes: numbersOf(draft.successExitCodes),
    ...(draft.environment === null ? {} : { env: environmentOf(draft.environment) }),
  };
}

function wordsOf(line: string): string[] | undefined {
  const { words } = splitWords(line);
  return words.length === 0 ? undefined : words;
}

function linesIn(text: string): string[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length === 0 ? undefined : lines;
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

/** A line without a colon is a header that is empty, so that a mistaken name is told by the server. */
function headersOf(lines: string): Record<string, string> | undefined {
  const entries = (linesIn(lines) ?? []).map((line) => {
    const [name = '', ...rest] = line.split(':');
    return [name.trim(), rest.join(':').trim()] as const;
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Of the steps that send something away. */
function sentOptions(draft: StepDraft): ReturnType<typeof shownOptions> {
  if (draft.action === 'notify') {
    return {
      message: draft.message,
      title: draft.title.trim() || undefined,
      severity: draft.severity === 'info' ? undefined : draft.severity,
    };
  }
  return {
    url: draft.url.trim(),
    method: draft.method === 'GET' ? undefined : draft.method,
    headers: headersOf(draft.headers),
    body: draft.body === '' ? undefined : draft.body,
    successStatuses: numbersOf(draft.successStatuses),
  };
}
