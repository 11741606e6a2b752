import * as v from 'valibot';
import type { Severity } from './notifications.ts';

const text = (longest: number) =>
  v.nullable(v.pipe(v.string(), v.maxLength(longest, `must be at most ${longest} characters`)));

/**
 * A message in one's own words, in Liquid (docs/guide/notifications.md has the facts that it may name). What is null
 * stays as the program words it.
 */
export const messageTemplate = v.strictObject({
  title: v.optional(text(500), null),
  body: v.optional(text(10_000), null),
  /** Of channels of the kind webhook: the whole of what is sent. */
  request: v.optional(text(20_000), null),
});
export type MessageTemplate = v.InferOutput<typeof messageTemplate>;

/** What became of one target. */
export interface TargetFacts {
  action: string;
  container: string | null;
  host: string | null;
  outcome: string;
  /** What would have been a success, for example `exit code 0`. */
  expected: string | null;
  /** The engine's words, or what was seen. */
  reason: string | null;
  exitCode: number | null;
  attempts: number;
}

/** What a message is made from beside its words; null or empty where the event has no such thing. */
export interface EventFacts {
  schedule: { id: number; name: string } | null;
  run: {
    id: string;
    name: string;
    outcome: string;
    origin: string;
    message: string | null;
    scheduledFor: string | null;
    startedAt: string | null;
    finishedAt: string;
    durationMs: number | null;
  } | null;
  targets: TargetFacts[];
  /** Of the first target that tells why, or of the container that the event is about. */
  container: string | null;
  host: string | null;
  stack: string | null;
  image: string | null;
  expected: string | null;
  reason: string | null;
  exitCode: number | null;
  attempts: number | null;
  /** The last lines that commands or the container wrote. */
  lines: string[];
  /** When the schedule runs next, in the instance's zone. */
  nextRun: string | null;
  /** Of an update: what the registry calls the image before, and the newer one. */
  fromDigest: string | null;
  toDigest: string | null;
}

/** Everything that a template may name. */
export interface MessageFacts extends EventFacts {
  event: string;
  severity: Severity;
  /** The words of the program itself. */
  title: string;
  body: string;
  /** When it happened: RFC 3339 in UTC, and in the instance's zone for people. */
  at: string;
  localTime: string;
  /** Where the run is to be seen; null without BASE_URL. */
  url: string | null;
  /** By what whoever reads it can snooze it; null where nobody can, as of what is good, and without BASE_URL. */
  snoozeUrl: string | null;
}

/** `POST …/templates/preview`: the words that a template makes of an example of the event. */
export const templatePreviewRequest = v.strictObject({
  template: messageTemplate,
  event: v.pipe(v.string(), v.maxLength(50)),
});
export type TemplatePreviewRequest = v.InferOutput<typeof templatePreviewRequest>;

export const templateFault = v.object({
  /** The part that is faulty. */
  path: v.picklist(['title', 'body', 'request']),
  line: v.number(),
  column: v.number(),
  message: v.string(),
});
export type TemplateFault = v.InferOutput<typeof templateFault>;

export const templatePreview = v.object({
  title: v.string(),
  body: v.string(),
  /** Null where the template has none. */
  request: v.nullable(v.string()),
  /** None: it can be saved. */
  faults: v.array(templateFault),
  /** What a template may name, with the example's values. */
  facts: v.record(v.string(), v.unknown()),
});
export type TemplatePreview = v.InferOutput<typeof templatePreview>;
