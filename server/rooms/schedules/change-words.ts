import type { Change } from '../../../contract/index.ts';
import { changesOf, concealed } from '../activity/index.ts';
import type { ScheduleRecord } from './schedule.ts';
import { documentOf } from './schedule.ts';

/**
 * What an edit changed, each with before and after, for the activity log. Of steps only that they did: commands,
 * environments and bodies may hold secrets; the revisions have them for whoever may see the schedule.
 */
export const describeChange = (before: ScheduleRecord, after: ScheduleRecord): string | null => {
  const { policies: policiesBefore, steps: stepsBefore, ...plainBefore } = documentOf(before);
  const { policies: policiesAfter, steps: stepsAfter, ...plainAfter } = documentOf(after);
  const changes = [
    ...differences(plainBefore, plainAfter),
    ...differences({ ...policiesBefore }, { ...policiesAfter }),
    ...(isSame(stepsBefore, stepsAfter) ? [] : ['steps changed']),
  ];
  return changes.length > 0 ? changes.join(', ') : null;
};

/** The same by field. What steps say may hold what a command is given, or the address of a switch: it stays out. */
export const changesBetween = (before: ScheduleRecord | null, after: ScheduleRecord | null): Change[] =>
  changesOf(before && shownOf(before), after && shownOf(after));

const shownOf = (record: ScheduleRecord): object => {
  const { steps, ...document } = documentOf(record);
  return { ...document, steps: concealed(steps) };
};

const differences = (before: object, after: object): string[] => {
  const [old, next] = [
    new Map<string, unknown>(Object.entries(before)),
    new Map<string, unknown>(Object.entries(after)),
  ];
  const changed = [...new Set([...old.keys(), ...next.keys()])].filter((key) => !isSame(old.get(key), next.get(key)));
  return changed.map((key) => `${key}: ${textOf(old.get(key))} → ${textOf(next.get(key))}`);
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
