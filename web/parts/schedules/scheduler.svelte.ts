import type { Api } from '../../api/client.ts';
import { ProblemError, sentence } from '../../api/problem.ts';

const askEveryMs = 20_000;

/** Whether the schedules go on, as the server's health says; a clock that was set makes them hold. */
export class Scheduler {
  /** Why they do not, as a sentence; null while they do. */
  trouble = $state<string | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Asks again and again while the page is looked at, until the returned function is called. */
  watch(): () => void {
    const ask = () => {
      if (!document.hidden) void this.#ask();
    };
    ask();
    const timer = setInterval(ask, askEveryMs);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }

  async #ask(): Promise<void> {
    try {
      const { checks } = await this.#api.health();
      const check = checks['scheduler'];
      this.trouble = check && check.status !== 'ok' ? sentence(check.message ?? check.status) : null;
    } catch (error) {
      // That the server is away the header says.
      if (!(error instanceof ProblemError)) throw error;
    }
  }
}
