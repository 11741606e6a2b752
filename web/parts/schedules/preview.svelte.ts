import type { InferInput } from 'valibot';
import type { draftPreviewRequest, SchedulePreview } from '../../../contract/rehearsals.ts';
import type { Api } from '../../api/client.ts';
import { ProblemError, reasonOf } from '../../api/problem.ts';
import { FieldErrors } from './field-errors.ts';

/** Typing has to rest this long before the server is asked. */
const restMs = 250;

export type PreviewBody = InferInput<typeof draftPreviewRequest>;

/** What a schedule means, asked while it is typed: in words, when it is due next, and what its policies make of that. */
export class TriggerPreview {
  preview = $state.raw<SchedulePreview | null>(null);
  errors = $state.raw(new FieldErrors());
  /** A fault that belongs to no field: the server could not be reached. */
  failure = $state<string | null>(null);
  /** True while the trigger is not complete or not right. */
  isFaulty = $state(false);
  readonly #api: Api;
  #body: PreviewBody | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort = new AbortController();

  constructor(api: Api) {
    this.#api = api;
  }

  ask(body: PreviewBody): void {
    this.stop();
    this.#body = body;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#timer = setTimeout(() => void this.#ask(body, signal), restMs);
  }

  /** Asks again what was asked last: something was decided on one of the slots. */
  again(): void {
    if (this.#body) this.ask(this.#body);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #ask(body: PreviewBody, signal: AbortSignal): Promise<void> {
    try {
      this.#show(await this.#answerTo(body, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      this.preview = null;
      this.isFaulty = true;
      this.errors = new FieldErrors(error instanceof ProblemError ? error.fields : new Map());
      this.failure = error instanceof ProblemError && error.errors.length > 0 ? null : reasonOf(error);
    }
  }

  /** While the rest of the schedule is not finished the trigger alone says when it will be due. */
  async #answerTo(body: PreviewBody, signal: AbortSignal): Promise<SchedulePreview> {
    const path = '/schedules/preview';
    try {
      return await this.#api.post<SchedulePreview>(path, body, signal);
    } catch (error) {
      const isOfTrigger =
        !(error instanceof ProblemError) || error.errors.some((one) => one.path.startsWith('trigger'));
      if (isOfTrigger || signal.aborted) throw error;
      return this.#api.post<SchedulePreview>(path, { trigger: body.trigger, count: body.count }, signal);
    }
  }

  #show(preview: SchedulePreview, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.preview = preview;
    this.errors = new FieldErrors();
    this.failure = null;
    this.isFaulty = false;
  }
}
