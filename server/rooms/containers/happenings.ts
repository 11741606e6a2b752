import type { TriggerEvent } from '../../../contract/index.ts';
import type { Bus, ContainerEvent } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { isOnPassage } from '../actions/index.ts';

/** SIGHUP, SIGUSR1, SIGUSR2 and SIGWINCH tell a program something, but not to end. */
const passingSignals: readonly string[] = ['1', '10', '12', '28'];

/** A container that goes on for so long after a signal has survived it; stop timeouts are shorter. */
const obeyMs = 10 * 60_000;

/** Says of the engines' events what they mean to people: `container.happened` on the bus. An end that was asked for means nothing. */
export class Happenings {
  readonly #clock: Clock;
  /** When containers were told to end, by the engine's `kill` event: an end soon after is meant, not suffered. */
  readonly #toldToEndAt = new Map<string, number>();
  readonly stop: () => void;

  constructor({ bus, clock }: { bus: Bus; clock: Clock }) {
    this.#clock = clock;
    this.stop = bus.on('container.event', (event) => {
      // On its way to another one's place it is the update's own business.
      const happened = isOnPassage(event.name) ? null : this.#meaning(event);
      if (!happened) return;
      const { hostId, containerId, name, exitCode } = event;
      bus.emit('container.happened', { hostId, containerId, name, exitCode, happened });
    });
  }

  #meaning(event: ContainerEvent): TriggerEvent | null {
    const toldAt = this.#toldToEndAt.get(event.containerId) ?? Number.NEGATIVE_INFINITY;
    const wasTold = this.#clock.monotonic() - toldAt < obeyMs;
    this.#noteSignals(event);
    switch (event.action) {
      case 'health_status':
        return event.health === 'starting' ? null : event.health;
      case 'die':
        return wasTold ? null : 'died';
      case 'oom':
        return 'oom';
      case 'start':
        return 'started';
      default:
        return null;
    }
  }

  #noteSignals({ action, containerId, attributes }: ContainerEvent): void {
    if (action === 'kill' && !passingSignals.includes(attributes['signal'] ?? '')) {
      this.#toldToEndAt.set(containerId, this.#clock.monotonic());
    }
    if (['die', 'start', 'destroy'].includes(action)) this.#toldToEndAt.delete(containerId);
  }
}
