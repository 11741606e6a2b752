import { Api } from './api/client.ts';
import { Announcer } from './live/announcer.svelte.ts';
import { Ticker } from './live/clock.svelte.ts';
import { Facts } from './live/facts.ts';
import { browserStorage, Prefs } from './live/prefs.svelte.ts';
import { Stream } from './live/stream.svelte.ts';
import { Actions } from './parts/containers/actions.svelte.ts';
import { Containers } from './parts/containers/containers.svelte.ts';
import { Hosts } from './parts/hosts/hosts.svelte.ts';
import { Usage } from './parts/metrics/usage.svelte.ts';
import { Runs } from './parts/runs/runs.svelte.ts';
import { Scheduler } from './parts/schedules/scheduler.svelte.ts';
import { Schedules } from './parts/schedules/schedules.svelte.ts';
import { Confirmation } from './parts/session/confirmation.svelte.ts';
import { Profile } from './parts/session/profile.svelte.ts';
import { Session } from './parts/session/session.svelte.ts';
import { Instance } from './parts/settings/instance.svelte.ts';
import { Attention } from './parts/today/attention.svelte.ts';
import { UpdateChecks } from './parts/updates/update-checks.svelte.ts';
import { Toasts } from './primitives/toasts.svelte.ts';
import { apiPath } from './router/base.ts';
import { pathTo } from './router/match.ts';
import { Router } from './router/router.svelte.ts';

/** When the stream brings nothing for so long (a proxy that holds it back), the lists are fetched without it. */
const streamGraceMs = 1500;

/** The composition root of the UI: every store is made here, once, in order. */
export class App {
  readonly api = new Api();
  readonly router = new Router();
  readonly prefs = new Prefs(browserStorage());
  readonly clock = new Ticker();
  readonly announcer = new Announcer();
  readonly toasts = new Toasts();
  readonly facts = new Facts();
  readonly session = new Session(this.api);
  readonly confirmation = new Confirmation(this.api);
  readonly instance = new Instance(this.api);
  readonly profile = new Profile(this.api, this.prefs, this.instance, browserStorage('tab'));
  readonly hosts = new Hosts(this.api);
  readonly runs = new Runs(this.api);
  readonly containers = new Containers(this.api, this.runs);
  readonly usage = new Usage();
  readonly schedules = new Schedules(this.api, this.toasts, this.announcer);
  readonly scheduler = new Scheduler(this.api);
  readonly actions = new Actions(this.api, this.runs, this.toasts, this.announcer);
  readonly updates = new UpdateChecks(this.api, this.toasts, this.announcer);
  readonly attention = new Attention(this.runs, this.containers, this.hosts, this.clock);
  readonly stream = new Stream(`${apiPath}/events`, {
    onEvents: (events) => {
      for (const event of events) this.facts.tell(event);
    },
    onRefused: () => void this.#recheck(),
  });
  /** The title in the header, set by the page. */
  title = $state('');
  /** The page above it, which the header leads back to. */
  parent = $state<'containers' | 'schedules' | 'runs' | null>(null);

  constructor() {
    this.facts.on('container', (container) => this.containers.list.put(container));
    this.facts.on('container.removed', (gone) => this.containers.remove(gone));
    this.facts.on('host', (host) => {
      this.hosts.list.put(host);
      // Until it was connected to, nothing is known of where it leads now.
      if (host.status === 'disabled' || host.status === 'connecting') this.containers.forgetHost(host.id);
    });
    this.facts.on('host.removed', ({ id }) => {
      this.hosts.list.drop(id);
      this.containers.forgetHost(id);
    });
    this.facts.on('run', (run) => this.runs.put(run));
    this.facts.on('run', (run) => this.schedules.noteRun(run));
    this.facts.on('schedule', (schedule) => this.schedules.list.put(schedule));
    this.facts.on('schedule.removed', ({ id }) => this.schedules.list.drop(id));
    this.facts.on('activity', ({ action }) => action === 'settings.update' && void this.instance.load());
    this.facts.on('updates', (check) => this.updates.put(check));
    this.facts.on('reset', ({ version }) => {
      this.instance.noteVersion(version);
      void this.load();
    });
    this.api.onSignedOut = () => this.signedOut();
    this.api.onConfirm = () => this.confirmation.ask();
  }

  /** Begins to live: called when someone has signed in. The stream's first event is a reset, which loads everything. */
  begin(): void {
    this.stream.open();
    setTimeout(() => this.hosts.list.state === 'idle' && void this.load(), streamGraceMs);
  }

  /** Fetches everything that the stores hold. */
  async load(): Promise<void> {
    await Promise.all([
      this.hosts.list.load(),
      this.containers.list.load(),
      this.schedules.list.load(),
      this.runs.recent.load(),
      this.instance.load(),
      this.profile.load(),
    ]);
  }

  async #recheck(): Promise<void> {
    await this.session.check();
    if (this.session.state !== 'signedIn') this.signedOut();
  }

  /** Forgets what was shown and asks for a sign-in that leads back here. */
  signedOut(options: { remember?: boolean } = {}): void {
    this.stream.close();
    this.usage.close();
    this.session.end();
    this.profile.forget();
    this.confirmation.cancel();
    for (const { list } of [this.hosts, this.containers, this.schedules]) list.clear();
    this.runs.recent.clear();
    this.actions.failures.clear();
    this.updates.latest = null;
    this.toasts.clear();
    this.announcer.clear();
    const next = (options.remember ?? true) && this.router.match?.name !== 'today' ? this.router.current : null;
    if (this.router.match?.name !== 'signIn') void this.router.go(pathTo('signIn', {}, { next }), { replace: true });
  }
}
