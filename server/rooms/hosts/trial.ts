import type { HostTest, HostTestStep } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Destination, Engine } from '../../engine/index.ts';
import { ApproachError, approach, EngineError, hostKeyFingerprint, SshError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';

interface Parts {
  clock: Clock;
  /** @throws CHR_INVALID_INPUT for an address that is none */
  connect(to: Destination): Engine;
}

/** Goes the way to an engine step by step, as the picture will, and tells how far it got and what to do. */
export const tryHost = async (to: Destination, { clock, connect }: Parts): Promise<HostTest> => {
  const trial: HostTest = { ok: false, steps: [], latencyMs: null, hostKey: null, reach: null };
  const passed = (name: HostTestStep, message: string) => void trial.steps.push({ name, ok: true, message });
  let engine: Engine | null = null;
  try {
    engine = connect(to);
    await approach(to, {
      passed,
      sawHostKey: (key) => {
        const isAccepted = to.ssh?.hostKeys?.split('\n').includes(key) ?? false;
        trial.hostKey = { key, fingerprint: hostKeyFingerprint(key), isAccepted };
      },
    });
    await engine.ping();
    if (to.url.startsWith('ssh:')) passed('signIn', 'The key is accepted.');
    // The first ping opens the connection; the second one tells how far the engine is.
    const sentAtMs = clock.monotonic();
    await engine.ping();
    trial.latencyMs = Math.round(clock.monotonic() - sentAtMs);
    passed('answer', `An engine answers within ${trial.latencyMs} ms.`);
    passed('permission', `Chrontainer may see ${(await engine.listContainers()).length} containers.`);
    const { kind, version, apiVersion } = await engine.facts();
    passed('version', `${kind === 'podman' ? 'Podman' : 'Docker'} ${version}, API ${apiVersion}.`);
    trial.reach = await engine.reach();
    trial.ok = true;
  } catch (error) {
    if (!(error instanceof ChrontainerError)) throw error;
    const message = error.fields?.map((fault) => fault.message).join('; ') ?? error.message;
    trial.steps.push({ name: stepOf(error, trial), ok: false, message });
  } finally {
    engine?.close();
  }
  return trial;
};

/** Of proxies in front of engines. */
const mayNot = new Set([401, 403]);

const stepOf = (error: ChrontainerError, { steps }: HostTest): HostTestStep => {
  if (error instanceof ApproachError) return error.step;
  if (!(error instanceof EngineError)) return 'address';
  if (error.cause instanceof SshError && !error.cause.isSignedIn) return 'signIn';
  if (steps.some(({ name }) => name === 'permission')) return 'version';
  // What answers, and is no engine or too old a one, has no status: it was understood here.
  if (error.kind === 'refused' && error.engineStatus === null) return 'version';
  if (steps.some(({ name }) => name === 'answer') || mayNot.has(error.engineStatus ?? 0)) return 'permission';
  return error.cause instanceof SshError ? 'permission' : 'answer';
};
