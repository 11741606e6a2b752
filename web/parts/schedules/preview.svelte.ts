import type { Preview, Trigger } from '../../../contract/schedules.ts';
import type { Api } from '../../api/client.ts';
import { ProblemError, reasonOf } from '../../api/problem.ts';
import { FieldErrors } from './field-errors.ts';

/** Typing has to rest this long before the server is asked. */
const restMs = 250;

/** What a trigger means, asked while it is typed: in words, and when it is due next. */
export class TriggerPreview {
  preview = $state.raw<Preview | null>(null);
  errors = $state.raw(new FieldErrors());
  /** A fault that belongs to no field: the server could not be reached. */
  failure = $state<string | null>(null);
  /** True while the trigger is not complete or not right. */
  isFaulty = $state(false);
  readonly #api: Api;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort = new AbortController();

  constructor(api: Api) {
    this.#api = api;
  }

  ask(trigger: Trigger): void {
    this.stop();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#timer = setTimeout(() => void this.#ask(trigger, signal), restMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #ask(trigger: Trigger, signal: AbortSignal): Promise<void> {
    try {
      const preview = await this.#api.post<Preview>('/schedules/preview', { trigger, count: 5 }, signal);
      if (signal.aborted) return;
      this.preview = preview;
      this.errors = new FieldErrors();
      this.failure = null;
      this.isFaulty = false;
    } catch (error) {
      if (signal.aborted) return;
      this.preview = null;
      this.isFaulty = true;
      this.errors = new FieldErrors(error instanceof ProblemError ? error.fields : new Map());
      this.failure = error instanceof ProblemError && error.errors.length > 0 ? null : reasonOf(error);
    }
  }
}
