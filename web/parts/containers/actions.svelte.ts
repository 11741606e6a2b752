import { SvelteMap } from 'svelte/reactivity';
import type { ActionName, ActionOptions, AvailableAction, HandAction } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';
import type { Run, RunStep } from '../../../contract/runs.ts';
import type { Api } from '../../api/client.ts';
import { reasonOf } from '../../api/problem.ts';
import type { Announcer } from '../../live/announcer.svelte.ts';
import type { Toasts } from '../../primitives/toasts.svelte.ts';
import { pathTo } from '../../router/match.ts';
import { t, tn } from '../../text/t.ts';
import { keyOfTarget } from '../runs/outcome.ts';
import type { Runs } from '../runs/runs.svelte.ts';
import type { ContainerKey } from './identity.ts';
import { keyOf } from './identity.ts';

/** What people do to containers. */
type Deed = AvailableAction | HandAction | 'update';

/** Why an action of this tab did not happen. */
export interface Failure {
  action: ActionName;
  message: string;
  runId: string | null;
}

/** Acts on containers by hand. Nothing counts as done before the server has seen it on the engine. */
export class Actions {
  readonly failures = new SvelteMap<ContainerKey, Failure>();
  readonly #sending = new SvelteMap<ContainerKey, ActionName>();
  readonly #api: Api;
  readonly #runs: Runs;
  readonly #toasts: Toasts;
  readonly #announcer: Announcer;

  constructor(api: Api, runs: Runs, toasts: Toasts, announcer: Announcer) {
    this.#api = api;
    this.#runs = runs;
    this.#toasts = toasts;
    this.#announcer = announcer;
  }

  /** What is being done to a container right now, by anyone. */
  underWay(hostId: number, name: string): RunStep['action'] | undefined {
    const key = keyOf(hostId, name);
    return this.#sending.get(key) ?? this.#runs.acting.get(key);
  }

  /** Resolves when it is over: whether it has succeeded. */
  async act(container: Container, action: Deed, options?: ActionOptions): Promise<boolean> {
    const key = keyOf(container.hostId, container.name);
    const path = `/hosts/${container.hostId}/containers/${encodeURIComponent(container.name)}/actions`;
    await this.#follow(action, [container], () => this.#api.post(path, options ? { action, options } : { action }));
    return !this.failures.has(key);
  }

  async actOnAll(containers: Container[], action: Deed): Promise<void> {
    const targets = containers.map(({ hostId, name }) => ({ hostId, container: name }));
    await this.#follow(action, containers, () => this.#api.post('/actions', { action, targets }));
  }

  async #follow(action: Deed, containers: Container[], send: () => Promise<{ runId: string }>) {
    const keys = containers.map(({ hostId, name }) => keyOf(hostId, name));
    for (const key of keys) {
      this.failures.delete(key);
      this.#sending.set(key, action);
    }
    const what = containers.length === 1 ? (containers[0]?.name ?? '') : tn('unit.containers', containers.length);
    this.#announcer.say(t(`acting.announce.${action}`, { what }));
    try {
      const { runId } = await send();
      this.#report(action, what, keys, await this.#runs.whenFinished(runId));
    } catch (error) {
      this.#fail(action, what, keys, reasonOf(error));
    } finally {
      for (const key of keys) this.#sending.delete(key);
    }
  }

  #report(action: Deed, what: string, keys: ContainerKey[], run: Run): void {
    const targets = new Map(run.steps.flatMap((step) => step.targets.map((target) => [keyOfTarget(target), target])));
    for (const key of keys) {
      const target = targets.get(key);
      if ((target?.outcome ?? run.outcome) === 'succeeded') continue;
      const message = target?.message ?? run.message ?? t(`outcome.${target?.outcome ?? run.outcome}`);
      this.failures.set(key, { action, message, runId: run.id });
    }
    const failed = keys.filter((key) => this.failures.has(key));
    const first = failed[0];
    if (first === undefined) {
      this.#announcer.say(t(`acted.${action}`, { what }));
      return;
    }
    const reason = this.failures.get(first)?.message ?? '';
    const count = keys.length === 1 ? '' : t('actions.failedOf', { failed: failed.length, all: keys.length });
    this.#toast(action, what, [count, reason].filter(Boolean).join(' '), run.id);
  }

  #fail(action: Deed, what: string, keys: ContainerKey[], message: string): void {
    for (const key of keys) this.failures.set(key, { action, message, runId: null });
    this.#toast(action, what, message, null);
  }

  #toast(action: Deed, what: string, reason: string, runId: string | null): void {
    const text = t('actions.failed', { action: t(`action.${action}`), what, reason });
    const link = runId === null ? undefined : { label: t('runs.see'), href: pathTo('run', { id: runId }) };
    this.#toasts.show({ text, tone: 'bad', ...(link ? { link } : {}) });
  }
}
