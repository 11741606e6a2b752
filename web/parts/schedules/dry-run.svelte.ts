import type { Rehearsal } from '../../../contract/rehearsals.ts';
import type { Api } from '../../api/client.ts';
import type { ScheduleBody } from './draft.ts';

/** What a run would do now, asked for what is typed. Nothing is touched by it. */
export class DryRun {
  result = $state.raw<Rehearsal | null>(null);
  isAsking = $state(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** @throws ProblemError where what is typed cannot be, or the server cannot be reached */
  async play(input: ScheduleBody): Promise<void> {
    this.isAsking = true;
    try {
      this.result = await this.#api.post<Rehearsal>('/schedules/dry-run', input);
    } finally {
      this.isAsking = false;
    }
  }

  close(): void {
    this.result = null;
  }
}
