import type { StepDraft } from './step-draft.ts';

const always = ['action', 'targets', 'timeoutMs', 'retries', 'onFailure', 'waitFor'];
const commandOptions = ['command', 'user', 'workingDir', 'env', 'successExitCodes'];

/** The paths of a step whose faults its fields show; what lies beyond them is told above the form. */
export function shownPathsOf(step: StepDraft, index: number): string[] {
  const paths = step.action === 'wait' ? ['action'] : always;
  return [...paths, ...optionsOf(step).map((option) => `options.${option}`)].map((path) => `steps.${index}.${path}`);
}

function optionsOf({ action }: StepDraft): string[] {
  switch (action) {
    case 'stop':
    case 'restart':
      return ['timeoutMs'];
    case 'kill':
      return ['signal'];
    case 'exec':
      return commandOptions;
    case 'wait':
      return ['durationMs'];
    default:
      return [];
  }
}
