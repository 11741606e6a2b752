import { sentence } from '../../api/problem.ts';

/**
 * The faults of a form by field. A control asks for its own path, and gets what was said of anything below it too:
 * `steps.0.targets` also has the message of `steps.0.targets.2.container`.
 */
export class FieldErrors {
  readonly #messages: Map<string, string>;

  constructor(messages: Map<string, string> = new Map()) {
    this.#messages = messages;
  }

  of(path: string): string | null {
    for (const [key, message] of this.#messages) {
      if (key === path || key.startsWith(`${path}.`)) return sentence(message);
    }
    return null;
  }

  has(path: string): boolean {
    return this.of(path) !== null;
  }

  /** What no control of the form asks for. */
  beyond(paths: readonly string[]): string[] {
    const isShown = (key: string) => paths.some((path) => key === path || key.startsWith(`${path}.`));
    return [...this.#messages].filter(([key]) => !isShown(key)).map(([key, message]) => `${key}: ${message}`);
  }
}
