import type { HostTest } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';

/** Tries an engine step by step, as the picture will use it, and tells how far it got. */
export const tryEngine = async (engine: Engine, clock: Clock): Promise<HostTest> => {
  const steps: HostTest['steps'] = [];
  const step = async (name: string, work: () => Promise<string>): Promise<void> => {
    steps.push({ name, ok: true, message: await work() });
  };
  let latencyMs: number | null = null;
  let current = 'Connect';
  try {
    await step(current, async () => {
      await engine.ping();
      // The first ping opens the connection; the second one tells how far the engine is.
      const sentAtMs = clock.monotonic();
      await engine.ping();
      latencyMs = Math.round(clock.monotonic() - sentAtMs);
      return 'The engine answers.';
    });
    current = 'Version';
    await step(current, async () => {
      const { kind, version, apiVersion } = await engine.facts();
      return `${kind === 'podman' ? 'Podman' : 'Docker'} ${version}, API ${apiVersion}.`;
    });
    current = 'Containers';
    await step(current, async () => `${(await engine.listContainers()).length} containers.`);
    return { ok: true, steps, latencyMs };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ok: false, steps: [...steps, { name: current, ok: false, message: error.message }], latencyMs };
  }
};
