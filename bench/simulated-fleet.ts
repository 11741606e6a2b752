import type { ApiClient } from '../lab/api-client.ts';
import type { Program } from '../lab/process.ts';
import type { SimulatedEngine } from '../lab/simulated-engine.ts';
import { simulatedEngine } from '../lab/simulated-engine.ts';
import { openDatabase } from '../server/database/index.ts';
import type { Ground } from './ground.ts';

/** The program with several hosts, each a simulated engine. Host 1 is the first. */
export interface SimulatedFleet {
  pid: number;
  program: Program;
  /** What starts it once more with its data. */
  again: { dockerHost: string; dataDirectory: string };
  client: ApiClient;
  engines: SimulatedEngine[];
  close(): Promise<void>;
}

export const simulatedFleet = async (ground: Ground, hosts: number, perHost: number): Promise<SimulatedFleet> => {
  const engines = await Promise.all(Array.from({ length: hosts }, () => simulatedEngine(perHost)));
  const dataDirectory = ground.directory(`fleet-${hosts}`);
  await addHosts(`${dataDirectory}/chrontainer.db`, engines);
  const dockerHost = engines[0]?.url ?? '';
  const { program, client } = await ground.startSignedIn({ dockerHost, dataDirectory });
  await client.untilSeen(...(engines[0]?.names ?? []));
  return {
    pid: program.pid,
    program,
    again: { dockerHost, dataDirectory },
    client,
    engines,
    close: async () => {
      await program.close();
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
};

/** The API of this version adds no hosts yet, but the program knows what to do with them. */
const addHosts = async (file: string, engines: readonly SimulatedEngine[]): Promise<void> => {
  const { db, close } = await openDatabase(file, Date.now());
  const rows = engines.map(({ url }, i) => ({ id: i + 1, name: `sim-${i + 1}`, url, color: '#2f81d0', created_at: 0 }));
  await db.insertInto('hosts').values(rows).execute();
  await close();
};
