import type { Container, Host, Permission, Run } from '../../contract/index.ts';
import { permission as permissions } from '../../contract/index.ts';
import { ChrontainerError, notFound } from '../errors/index.ts';
import type { Onlooker, Sight, Touching } from './sight.ts';
import { beyond } from './sight.ts';

/** A call whose parameters were found good, before anything else of it is looked at. */
export interface GuardedCall {
  caller: Onlooker;
  /** The right that the route demands, or that it demands none. */
  access: string;
  /** True where the handler itself leaves out what the caller may not see. */
  isScoped: boolean;
  params: { hostId?: number; container?: string; runId?: string; scheduleId?: number };
}

/** @throws CHR_NOT_FOUND for what the caller may not see, CHR_FORBIDDEN for what he sees and may not do */
export type Guard = (call: GuardedCall) => Promise<void>;

interface Parts {
  sight: Sight;
  /** These throw CHR_NOT_FOUND. */
  host(hostId: number): Host;
  container(hostId: number, nameOrId: string): Container;
  run(runId: string): Promise<Run>;
  /** One that can be brought back is known as well. */
  schedule(scheduleId: number): Touching | Promise<Touching>;
}

/**
 * The policy for everything that a path addresses: host, container, run, schedule, by the names of the parameters. A
 * caller who is limited to some places gets no further with a route that addresses none of them, unless the route
 * says that its handler applies the policy: what nobody thought of is closed to him.
 */
export const createGuard = (parts: Parts): Guard => {
  return async (call) => {
    const right = permissions.options.find((one) => one === call.access);
    if (right === undefined || call.caller.rights.isEverywhere) return;
    await demandAddressed(parts, right, call);
  };
};

const demandAddressed = async (parts: Parts, right: Permission, { caller, isScoped, params }: GuardedCall) => {
  const { hostId, container, runId, scheduleId } = params;
  if (hostId !== undefined && container !== undefined) return demandContainer(parts, caller, right, hostId, container);
  if (hostId !== undefined) return demandHost(parts, caller, right, hostId, isScoped);
  if (runId !== undefined) return void parts.sight.demandRun(caller, right, await parts.run(runId));
  if (scheduleId !== undefined) return demandSchedule(parts, caller, right, scheduleId);
  if (!isScoped) throw beyond(right);
};

const demandHost = (
  { sight, host }: Parts,
  { rights }: Onlooker,
  right: Permission,
  hostId: number,
  isScoped: boolean,
): void => {
  host(hostId);
  if (!sight.seesHost(rights, hostId)) throw notFound(`There is no host ${hostId}.`);
  if (!isScoped && !rights.can(right, { hostId })) throw beyond(right);
};

const demandContainer = (
  parts: Parts,
  { rights }: Onlooker,
  right: Permission,
  hostId: number,
  nameOrId: string,
): void => {
  const { name } = parts.host(hostId);
  if (!parts.sight.seesHost(rights, hostId)) throw notFound(`There is no host ${hostId}.`);
  const container = findUnambiguous(parts, hostId, nameOrId);
  if (!container || !rights.can('view', container)) {
    throw notFound(`There is no container ${nameOrId} on the host ${name}.`);
  }
  if (!rights.can(right, container)) throw beyond(right);
};

/** That the beginning of an ID is that of several would tell of containers that the caller may not see. */
const findUnambiguous = ({ container }: Parts, hostId: number, nameOrId: string): Container | null => {
  try {
    return container(hostId, nameOrId);
  } catch (error) {
    if (error instanceof ChrontainerError && (error.code === 'CHR_AMBIGUOUS' || error.code === 'CHR_NOT_FOUND')) {
      return null;
    }
    throw error;
  }
};

const demandSchedule = async ({ sight, schedule }: Parts, { rights }: Onlooker, right: Permission, id: number) => {
  const touching = await schedule(id);
  if (!sight.seesSchedule(rights, touching)) throw notFound(`There is no schedule ${id}.`);
  if (!sight.covers(rights, right, touching)) throw beyond(right);
};
