import type {
  Container,
  ContainerDetails,
  ContainerProcesses,
  ContainerRemoval,
  ContainerSize,
  ContainerUpdate,
  Variable,
} from '../../../contract/index.ts';
import type { InspectedDetails } from '../../engine/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { dependsOn } from '../runs/index.ts';
import { masked } from './secrets.ts';

/** What is needed of the hosts. */
type Fleet = Pick<Hosts, 'containers' | 'findContainer' | 'engine'>;

/** What is needed of the schedules. */
interface Reaching {
  /** Those that mean a container now, as far as the caller sees them. */
  reaching(container: Container, rights: Rights): ContainerRemoval['schedules'];
}

/** What is needed of the checks for updates. */
interface UpdateNews {
  updateOf(container: Container): ContainerUpdate;
}

/**
 * What the engine is asked about one container when somebody looks closer.
 * @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS, EngineError from every method
 */
export class CloserLook {
  readonly #hosts: Fleet;
  readonly #schedules: Reaching;
  readonly #updates: UpdateNews;

  constructor(hosts: Fleet, schedules: Reaching, updates: UpdateNews) {
    this.#updates = updates;
    this.#hosts = hosts;
    this.#schedules = schedules;
  }

  /** All that a page shows; what the caller may not know is withheld, and secrets are in any case. */
  async details(hostId: number, nameOrId: string, rights: Rights): Promise<ContainerDetails> {
    const row = this.#hosts.findContainer(hostId, nameOrId);
    const found = await this.#inspect(row);
    return {
      hostId: row.hostId,
      container: row.name,
      ...withheld(found, { mayOperate: rights.can('operate', row), mayRead: rights.can('logs', row) }),
      dependants: this.#dependantsOf(row, rights),
      update: this.#updates.updateOf(row),
    };
  }

  /** The environment with nothing withheld. */
  async environment(hostId: number, nameOrId: string): Promise<Variable[]> {
    return (await this.#inspect(this.#hosts.findContainer(hostId, nameOrId))).environment;
  }

  size(hostId: number, nameOrId: string): Promise<ContainerSize> {
    const { id } = this.#hosts.findContainer(hostId, nameOrId);
    return this.#hosts.engine(hostId).looks.size(id);
  }

  /** What would be lost, and what would miss it. */
  async removal(hostId: number, nameOrId: string, rights: Rights): Promise<ContainerRemoval> {
    const row = this.#hosts.findContainer(hostId, nameOrId);
    const [found, { writtenBytes }] = await Promise.all([this.#inspect(row), this.size(hostId, row.id)]);
    const volumes = found.mounts.filter(({ kind }) => kind === 'volume');
    return {
      containerId: row.id,
      isRunning: ['running', 'paused', 'restarting'].includes(found.state),
      writtenBytes,
      volumes: volumes.map(({ source, destination, isAnonymous }) => ({ name: source, destination, isAnonymous })),
      dependants: this.#dependantsOf(row, rights),
      schedules: this.#schedules.reaching(row, rights),
    };
  }

  processes(hostId: number, nameOrId: string): Promise<ContainerProcesses> {
    const { id } = this.#hosts.findContainer(hostId, nameOrId);
    return this.#hosts.engine(hostId).looks.processes(id);
  }

  #inspect({ hostId, id }: Container): Promise<InspectedDetails> {
    return this.#hosts.engine(hostId).looks.details(id);
  }

  #dependantsOf(provider: Container, rights: Rights): ContainerDetails['dependants'] {
    return this.#hosts
      .containers()
      .filter((one) => dependsOn(one, provider) && rights.can('view', one))
      .map((one) => ({
        hostId: one.hostId,
        container: one.name,
        why: sharesWith(one, provider) ? 'shares' : 'compose',
      }));
  }
}

const sharesWith = (one: Container, provider: Container): boolean =>
  one.sharesWith.some((other) => other === provider.id || other === provider.name);

/** Commands and environments hold passwords, and probes print what logs do. */
const withheld = (
  found: InspectedDetails,
  { mayOperate, mayRead }: { mayOperate: boolean; mayRead: boolean },
): InspectedDetails => ({
  ...found,
  command: mayOperate ? found.command : null,
  environment: found.environment.map((one) => (mayOperate ? masked(one) : { ...one, value: null })),
  health: found.health && {
    ...found.health,
    probes: found.health.probes.map((probe) => (mayRead ? probe : { ...probe, output: null })),
  },
});
