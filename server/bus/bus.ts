import type {
  Activity,
  BackupResult,
  Container,
  Host,
  Run,
  Settings,
  TriggerEvent,
  UpdateCheck,
} from '../../contract/index.ts';
import type { Rights } from '../policy/index.ts';

/** Something that an engine told of a container: the event itself, where `container.changed` is its effect. */
export interface ContainerEvent {
  hostId: number;
  containerId: string;
  name: string;
  /** In the engine's words, for example `die`. */
  action: string;
  /** Only of `health_status`. */
  health: Container['health'];
  /** Only of `die`. */
  exitCode: number | null;
  /** The engine's attributes, for example `signal` of a `kill`. Hostile text. */
  attributes: Record<string, string>;
}

/** What an engine's event means to people. */
export interface ContainerHappened extends Pick<ContainerEvent, 'hostId' | 'containerId' | 'name' | 'exitCode'> {
  happened: TriggerEvent;
}

/** A container was made anew of another image, or was to be and has the old one again. */
export interface ContainerUpdated {
  hostId: number;
  name: string;
  runId: string;
  /** Epoch milliseconds. */
  at: number;
  outcome: 'done' | 'rolled_back';
  /** As the container names it. */
  image: string;
  /** What the registry calls the two; null where it is not known. */
  fromDigest: string | null;
  toDigest: string | null;
  /** All names of the new image: its ID, and its digests. */
  toDigests: readonly string[];
  /** Why it was rolled back; null where it was not. */
  reason: string | null;
}

/** What happened, in the past tense, with what a listener needs to know of it. */
export interface Facts {
  'container.event': ContainerEvent;
  'container.happened': ContainerHappened;
  /** It is on the disk by then. */
  'container.updated': ContainerUpdated;
  'container.changed': Container;
  /** The same container has another name: of the engine's, so that it was renamed and not made anew. */
  'container.renamed': { hostId: number; id: string; from: string; to: string };
  'container.removed': Pick<Container, 'hostId' | 'id' | 'name' | 'stack' | 'tags'>;
  'host.changed': Host;
  'host.removed': { id: number };
  /** A host's picture is complete again after a start or a break. */
  'host.synced': { hostId: number };
  'run.changed': Run;
  'schedule.changed': { id: number };
  'schedule.removed': { id: number };
  'settings.changed': Settings;
  'activity.recorded': Activity;
  'backup.ended': BackupResult;
  /** Of what is in the list of messages; told at most four times a second. */
  'deliveries.changed': Record<string, never>;
  /** A check for updates that somebody asked for has come further; each sees of it what he may see. */
  'updates.progress': { whole: UpdateCheck; seenBy(rights: Rights): UpdateCheck };
}
export type FactName = keyof Facts;
type Listener<N extends FactName> = (fact: Facts[N]) => void;

/** Tells the rooms what happened, without their knowing each other. A listener that throws harms nobody else. */
export class Bus {
  #listeners = new Map<FactName, Set<Listener<never>>>();
  #onError: (error: unknown, fact: FactName) => void;

  constructor(onError: (error: unknown, fact: FactName) => void) {
    this.#onError = onError;
  }

  /** Listens until the returned function is called. */
  on<N extends FactName>(name: N, listener: Listener<N>): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => set.delete(listener as Listener<never>);
  }

  /** Tells all listeners at once, in the order in which they came. */
  emit<N extends FactName>(name: N, fact: Facts[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<N>)(fact);
      } catch (error) {
        this.#onError(error, name);
      }
    }
  }
}
