import { tick } from 'svelte';
import { ProblemError, reasonOf } from '../../api/problem.ts';
import { FieldErrors } from '../schedules/field-errors.ts';

/** What the server had against a form: by field, or as a whole. */
export class FormFaults {
  errors = $state.raw(new FieldErrors());
  failure = $state<string | null>(null);
  isBusy = $state(false);

  /**
   * Sends a form; after a refusal the first field at fault has the focus.
   * @param shown the fields that the form shows the faults of; others are told above it
   * @returns whether it was taken
   */
  async send(form: HTMLFormElement, shown: readonly string[], change: () => Promise<void>): Promise<boolean> {
    this.isBusy = true;
    try {
      await change();
      this.errors = new FieldErrors();
      this.failure = null;
      return true;
    } catch (error) {
      const fields = error instanceof ProblemError ? error.fields : new Map<string, string>();
      this.errors = new FieldErrors(fields);
      const unseen = this.errors.beyond(shown);
      this.failure = fields.size === 0 ? reasonOf(error) : unseen.join(' ') || null;
      await tick();
      form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
