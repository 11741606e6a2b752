import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { Gauges } from './gauges.ts';
import { HostMetricsRoom } from './host-metrics.ts';
import { Metrics } from './metrics.ts';

export { metricsRoutes } from './routes.ts';

interface Parts {
  hosts: Hosts;
  bus: Bus;
  clock: Clock;
}

export type Measuring = ReturnType<typeof openMetrics>;

/** Makes the room. Close its gauges at the end. */
export const openMetrics = ({ hosts, bus, clock }: Parts) => {
  const gauges = new Gauges({ fleet: hosts, bus, clock });
  const base = { fleet: hosts, gauges, clock };
  return { hosts, clock, gauges, metrics: new Metrics(base), hostMetrics: new HostMetricsRoom(base) };
};
