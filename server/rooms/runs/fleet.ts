import type { Container, Host, HostGrant, TimeWindow } from '../../../contract/index.ts';
import type { Engine } from '../../engine/index.ts';

/** What runs need of the hosts. */
export interface Fleet {
  has(hostId: number): boolean;
  /** @throws CHR_NOT_FOUND for a host that is not there */
  get(hostId: number): Host;
  /** Of a host that was deleted its number. */
  nameOf(hostId: number): string;
  /** @throws CHR_NOT_FOUND */
  isEnabled(hostId: number): boolean;
  /** What the host allows. @throws CHR_NOT_FOUND */
  grantsOf(hostId: number): readonly HostGrant[];
  /** When schedules may act on the host; none: always. */
  windowsOf(hostId: number): readonly TimeWindow[];
  engine(hostId: number): Engine;
  /** The pictures of all hosts. */
  containers(): Container[];
  /**
   * The container that a name, an ID or the beginning of one means.
   * @throws CHR_NOT_FOUND, CHR_AMBIGUOUS
   */
  findContainer(hostId: number, nameOrId: string): Container;
  /** The container of exactly that name, as its host's picture knows it. */
  byName(hostId: number, name: string): Container | undefined;
  /** Resolves when the first picture of every enabled host is there, or the host is known to be out of reach. */
  settled(): Promise<void>;
}
