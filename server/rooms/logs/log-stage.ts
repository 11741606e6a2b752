import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { LogLine, LogState } from '../../../contract/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { Hosts } from '../hosts/index.ts';
import { logRoutes } from './index.ts';

/** For the tests of this room: its routes on a real engine, and readers of their streams. */
export interface LogStage {
  scenario: Scenario;
  hosts: Hosts;
  listen(path: string, lastEventId?: string): Promise<Listening>;
  close(): Promise<void>;
}

export interface Listening {
  lines: LogLine[];
  states: LogState[];
  lastEventId(): string;
  incoming: IncomingMessage;
}

const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });

/** @param engineUrl the address of a real engine */
export const openLogStage = async (engineUrl: string): Promise<LogStage> => {
  let hosts: Hosts | undefined;
  const scenario = await openScenario({
    routes: async ({ db, bus }) => {
      const parts = {
        db,
        bus,
        secrets: scenarioSecrets,
        clock: systemClock,
        log,
        ownContainerId: null,
        connect: connectEngine,
      };
      const fleet = new Hosts({ ...parts, localUrl: engineUrl });
      hosts = fleet;
      await fleet.start();
      await fleet.settled();
      return logRoutes({ fleet, bus, clock: systemClock });
    },
  });
  const fleet = hosts;
  if (!fleet) throw new Error('the hosts were not made');
  return {
    scenario,
    hosts: fleet,
    listen: (path, lastEventId) => listen(scenario, path, lastEventId),
    close: async () => {
      await fleet.stop();
      await scenario.close();
    },
  };
};

const listen = (scenario: Scenario, path: string, lastEventId?: string): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const headers = {
      Cookie: scenario.cookieOf('viewer') ?? '',
      ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
    };
    const outgoing = request({ host: '127.0.0.1', port: scenario.port, path, headers, agent: false }, (incoming) => {
      const state = { lines: [] as LogLine[], states: [] as LogState[], id: '', rest: '' };
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (state.rest + chunk).split('\n\n');
        state.rest = blocks.pop() ?? '';
        for (const block of blocks) take(state, block);
      });
      incoming.on('error', () => undefined);
      resolve({ lines: state.lines, states: state.states, lastEventId: () => state.id, incoming });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });

const take = (state: { lines: LogLine[]; states: LogState[]; id: string }, block: string): void => {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
  if (fields['id']) state.id = fields['id'];
  if (fields['event'] === 'log') state.lines.push(JSON.parse(fields['data'] ?? ''));
  if (fields['event'] === 'state') state.states.push(JSON.parse(fields['data'] ?? ''));
};
