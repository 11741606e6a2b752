import type {
  ContainerDetails,
  ContainerProcesses,
  ContainerSize,
  Variable,
} from '../../../contract/container-details.ts';
import type { Api } from '../../api/client.ts';

/** Something that is asked of an engine when somebody wants to see it. */
export class Asked<T> {
  answer = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  isBusy = $state(false);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** What was told before stays until the new answer is there. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.isBusy = true;
    try {
      const answer = await this.#ask();
      // An older answer that comes late says less.
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.error = null;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.isBusy = false;
    }
  }

  forget(): void {
    this.#turn += 1;
    this.isBusy = false;
    this.answer = null;
    this.error = null;
  }
}

/** What the engine tells of one container beyond its row. */
export class CloserLook {
  readonly details: Asked<ContainerDetails>;
  readonly environment: Asked<Variable[]>;
  readonly size: Asked<ContainerSize>;
  readonly processes: Asked<ContainerProcesses>;
  readonly document: Asked<string>;

  constructor(api: Api, hostId: number, name: string) {
    const path = `/hosts/${hostId}/containers/${encodeURIComponent(name)}`;
    this.details = new Asked(() => api.get(`${path}/details`));
    this.environment = new Asked(
      async () => (await api.get<{ environment: Variable[] }>(`${path}/environment`)).environment,
    );
    this.size = new Asked(() => api.get(`${path}/size`));
    this.processes = new Asked(() => api.get(`${path}/processes`));
    this.document = new Asked(async () => JSON.stringify(await api.get(`${path}/inspect`), null, 2));
  }
}
