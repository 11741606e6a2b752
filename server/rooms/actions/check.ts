import * as v from 'valibot';
import type { ActionOptions, Permission, Step } from '../../../contract/index.ts';
import { availableSteps, containerName } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { StepKind } from './kind.ts';
import { findKind } from './registry.ts';

/** What is known of the instance when a step is checked. */
export interface StepContext {
  hasHost(hostId: number): boolean;
  /** True for what somebody asks for now, as against what a schedule or a webhook is to do. */
  isByHand?: boolean;
}

/** Finds everything that is wrong with a step and that its schema does not see; `path` leads to the step. */
export const checkStep = (step: Step, path: string, context: StepContext): FieldError[] => {
  const at = (field: string) => (path ? `${path}.${field}` : field);
  const kind = findKind(step.action);
  const targets = step.targets.flatMap((target, i) => checkTarget(target, at(`targets.${i}`), context));
  if (!kind) {
    const known = availableSteps.join(', ');
    const message = `"${step.action}" is not available in this version; available are ${known}`;
    return [{ path: at('action'), message }, ...targets];
  }
  return [
    ...checkOptions(kind, step.options ?? {}, at('options')),
    ...checkScope(kind, step, at),
    ...checkHand(kind, step, at, context),
    ...checkWait(kind, step, at('waitFor')),
    ...checkDependants(kind, step, at('dependants')),
    ...checkHost(kind, step.hostId, at('hostId'), context),
    ...targets,
    ...(kind.check?.(step, path) ?? []),
  ];
};

/**
 * Some kinds of steps reach further than others: a command in a container is more than a restart.
 * @param isAllowed whether the caller has a right for all that a step acts on
 * @throws CHR_FORBIDDEN when the caller lacks the right to one of the steps
 */
export const demandRights = (steps: readonly Step[], isAllowed: (right: Permission, step: Step) => boolean): void => {
  for (const step of steps) {
    const { action } = step;
    const right = findKind(action)?.right;
    if (right === undefined || isAllowed(right, step)) continue;
    throw new ChrontainerError(
      'CHR_FORBIDDEN',
      `Your account may not use the action ${action}: it needs the right "${right}".`,
    );
  }
};

const checkOptions = (kind: StepKind, options: ActionOptions, path: string): FieldError[] => {
  const remedy = kind.options.length > 0 ? `it takes ${kind.options.join(', ')}` : 'it takes no options';
  const unknown = Object.keys(options).filter((key) => !kind.options.some((known) => known === key));
  const missing = kind.required.filter((key) => options[key] === undefined);
  return [
    ...unknown.map((key) => ({ path: `${path}.${key}`, message: `does nothing for ${kind.name}; ${remedy}` })),
    ...missing.map((key) => ({ path: `${path}.${key}`, message: `is required for ${kind.name}` })),
  ];
};

const checkScope = (kind: StepKind, step: Step, at: (field: string) => string): FieldError[] => {
  const faults: FieldError[] = [];
  if (kind.scope === 'container') {
    if (step.targets.length === 0) faults.push({ path: at('targets'), message: 'must name at least one target' });
    return faults;
  }
  const message = `${kind.name} acts on no container; leave it out`;
  if (step.targets.length > 0) faults.push({ path: at('targets'), message });
  return faults;
};

/** What ends a container, or gives it another name, is meant for those that are named, and for the moment. */
const checkHand = (
  kind: StepKind,
  { targets, options }: Step,
  at: (field: string) => string,
  { isByHand }: StepContext,
): FieldError[] => {
  if (!kind.isByHand) return [];
  if (!isByHand) return [{ path: at('action'), message: `${kind.name} is done by hand, not by schedules or webhooks` }];
  if (kind.name !== 'remove' && targets.length > 1) {
    return [{ path: at('targets'), message: `${kind.name} takes one container: the name can be given once` }];
  }
  if (options?.containerId !== undefined && targets.length > 1) {
    return [{ path: at('options.containerId'), message: 'is the ID of one container: name one target with it' }];
  }
  const name = v.safeParse(v.optional(containerName), options?.name);
  const misnamed = name.issues?.map(({ message }) => ({ path: at('options.name'), message })) ?? [];
  const unnamed = targets.flatMap((target, i) =>
    'container' in target
      ? []
      : [{ path: at(`targets.${i}`), message: `${kind.name} acts on containers that are named: {hostId, container}` }],
  );
  return [...misnamed, ...unnamed];
};

const checkWait = (kind: StepKind, { waitFor }: Step, path: string): FieldError[] => {
  if (waitFor === undefined) return [];
  if (!kind.canWaitFor) return [{ path, message: `does nothing for ${kind.name}; leave it out` }];
  if (waitFor !== 'exited' || kind.canWaitFor === 'all') return [];
  return [{ path, message: `exited does nothing for ${kind.name}; only start and restart can wait for the end` }];
};

const checkDependants = (kind: StepKind, { dependants }: Step, path: string): FieldError[] =>
  dependants === undefined || kind.name === 'restart'
    ? []
    : [{ path, message: `does nothing for ${kind.name}; only restart takes dependants along` }];

const checkHost = (kind: StepKind, hostId: number | undefined, path: string, context: StepContext): FieldError[] => {
  if (kind.scope !== 'host') {
    return hostId === undefined ? [] : [{ path, message: `does nothing for ${kind.name}; leave it out` }];
  }
  if (hostId === undefined) return [{ path, message: `is required for ${kind.name}: the host that it acts on` }];
  return context.hasHost(hostId) ? [] : [{ path, message: `there is no host ${hostId}` }];
};

const checkTarget = (target: Step['targets'][number], path: string, { hasHost }: StepContext): FieldError[] => {
  const hostId = 'hostId' in target ? target.hostId : undefined;
  if (hostId === undefined || hasHost(hostId)) return [];
  return [{ path: `${path}.hostId`, message: `there is no host ${hostId}` }];
};
