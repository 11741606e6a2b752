import type { NotificationEvent, NotificationRule, Origin, Severity } from '../../../contract/index.ts';

/** Where something happened; a stack or tags are known of containers only. */
export interface Place {
  /** Null: on no certain one. */
  hostId: number | null;
  stack: string | null;
  tags: string[];
}

/** Something that people may want to hear of, in words. */
export interface Happening {
  event: NotificationEvent;
  severity: Severity;
  /** What is announced twice under one key is told once. */
  key: string;
  /** What it is about: repeats are folded by it. */
  subject: string;
  title: string;
  body: string;
  /** Epoch milliseconds. */
  at: number;
  places: Place[];
  /** The page of the UI that shows more. */
  path: string | null;
  /** Only of runs. */
  run: HappenedRun | null;
  /** JSON of contract's `EventFacts`: what templates may name. */
  facts: string | null;
}

/** The run that a happening is of. */
export interface HappenedRun {
  id: string;
  scheduleId: number | null;
  origin: Origin;
  /** Of a failure after a failure: when its schedule was well last, 0 for never. Null: that is a change. */
  badSince: number | null;
}

/** What rules choose by, before anything is put into words. */
export type Meaning = Pick<Happening, 'event' | 'severity' | 'places' | 'run'>;

/** These are told to who asks for successes, too: they are successes with something to say. */
const alsoSucceeded: readonly NotificationEvent[] = ['run.recovered', 'run.slow'];

/** Whether a rule wants to hear of it. */
export const isWanted = (rule: NotificationRule, happening: Meaning): boolean => {
  const { event, severity, run } = happening;
  const hasEvent =
    rule.events.includes(event) || (alsoSucceeded.includes(event) && rule.events.includes('run.succeeded'));
  if (!rule.enabled || !hasEvent) return false;
  if (rule.severities.length > 0 && !rule.severities.includes(severity)) return false;
  if (run && !rule.origins.includes(run.origin)) return false;
  return isOfSelection(rule, happening);
};

/** What ends what; each is told under its own subject, which differs from the other's by the event alone. */
const endings: readonly (readonly [good: NotificationEvent, ...bad: NotificationEvent[]])[] = [
  ['run.recovered', 'run.failed', 'run.missed'],
  ['container.recovered', 'container.died', 'container.oom', 'container.unhealthy', 'container.restart_loop'],
  ['host.online', 'host.offline', 'host.hung'],
  ['backup.recovered', 'backup.failed'],
];

/** What turns back and forth: the subject of its good end, and those of the bad ones. */
export interface Matter {
  good: string;
  bad: string[];
}

/** Null where nothing ends it. */
export const matterOf = ({ event, subject }: { event: string; subject: string }): Matter | null => {
  const found = endings.find((events) => events.some((one) => one === event));
  if (!found) return null;
  const [good, ...bad] = found.map((other) => subject.replace(event, other));
  return { good: good ?? subject, bad };
};

/** What rules and silences choose by; an empty list chooses nothing out. */
export interface Selection {
  hosts: number[];
  stacks: string[];
  tags: string[];
  schedules: number[];
}

/** One place has to fit all that is asked of places. What has no place fits where none is asked for. */
export const isOfSelection = (of: Selection, { places, run }: Pick<Happening, 'places' | 'run'>): boolean => {
  if (of.schedules.length > 0 && !of.schedules.some((id) => id === run?.scheduleId)) return false;
  if (of.hosts.length + of.stacks.length + of.tags.length === 0) return true;
  return places.some(
    ({ hostId, stack, tags }) =>
      (of.hosts.length === 0 || (hostId !== null && of.hosts.includes(hostId))) &&
      (of.stacks.length === 0 || (stack !== null && of.stacks.includes(stack))) &&
      (of.tags.length === 0 || of.tags.some((tag) => tags.includes(tag))),
  );
};

/** The page of a container in the UI. */
export const pageOf = (hostId: number, container: string): string =>
  `/containers/${hostId}/${encodeURIComponent(container)}`;
