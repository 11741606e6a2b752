import type { StepDraft } from './step-draft.ts';
import { scopeOf } from './step-draft.ts';

const processOptions = ['command', 'user', 'workingDir', 'env', 'successExitCodes'];
const containerOptions = ['image', 'entrypoint', 'binds', 'network', 'remove', 'pull'];

/** The paths of a step whose faults its fields show; what lies beyond them is told above the form. */
export function shownPathsOf(step: StepDraft, index: number): string[] {
  const options = optionsOf(step).map((option) => `options.${option}`);
  return [...plainFieldsOf(step), ...options].map((path) => `steps.${index}.${path}`);
}

function plainFieldsOf({ action }: StepDraft): string[] {
  if (action === 'wait') return ['action'];
  const always = ['action', 'timeoutMs', 'retries', 'onFailure'];
  switch (scopeOf(action)) {
    case 'containers':
      return [...always, 'targets', 'waitFor', ...(action === 'restart' ? ['dependants'] : [])];
    case 'host':
      return [...always, 'hostId'];
    case 'none':
      return always;
  }
}

function optionsOf({ action }: StepDraft): string[] {
  switch (action) {
    case 'stop':
    case 'restart':
      return ['timeoutMs'];
    case 'kill':
      return ['signal'];
    case 'exec':
      return processOptions;
    case 'run':
      return [...processOptions, ...containerOptions];
    case 'prune':
      return ['what'];
    case 'pull-image':
    case 'remove-image':
      return ['image'];
    case 'tag-image':
      return ['image', 'name'];
    case 'wait':
      return ['durationMs'];
    case 'notify':
      return ['message', 'title', 'severity'];
    case 'http':
      return ['url', 'method', 'headers', 'body', 'successStatuses'];
    default:
      return [];
  }
}
