import type { Host, HostTest } from '../../../contract/hosts.ts';
import type { Api } from '../../api/client.ts';
import { reasonOf } from '../../api/problem.ts';
import type { Toasts } from '../../primitives/toasts.svelte.ts';
import { t } from '../../text/t.ts';

/** Asks the server to try a host's connection, and says which step failed, if one did. */
export class HostTrial {
  isBusy = $state(false);
  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  async run(host: Pick<Host, 'id' | 'name'>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      this.#tell(host.name, await this.#api.post<HostTest>(`/hosts/${host.id}/test`));
    } catch (error) {
      this.#toasts.show({ text: `${host.name}: ${reasonOf(error)}`, tone: 'bad' });
    } finally {
      this.isBusy = false;
    }
  }

  #tell(host: string, { steps, latencyMs }: HostTest): void {
    const failed = steps.find((step) => !step.ok);
    if (failed) {
      this.#toasts.show({
        text: t('hosts.testFailed', { host, step: t(`hostStep.${failed.name}`), message: failed.message }),
        tone: 'bad',
      });
      return;
    }
    this.#toasts.show({ text: t('hosts.testOk', { host, d: t('time.ms', { n: latencyMs ?? 0 }) }) });
  }
}
