import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProxy } from './proxy.ts';
import { startProxy } from './proxy.ts';

/** Starts Debian's Caddy with these sites, and waits until it listens on the port of https. */
export const startCaddy = (sites: string, { https, http }: { https: number; http: number }): Promise<RunningProxy> =>
  startProxy(
    {
      name: 'caddy',
      prepare: (folder) => {
        const file = join(folder, 'Caddyfile');
        const options = ['admin off', `https_port ${https}`, `http_port ${http}`];
        writeFileSync(file, `{\n${options.join('\n')}\ndefault_bind 127.0.0.1\n}\n${sites}\n`);
        return ['/usr/bin/caddy', 'run', '--config', file, '--adapter', 'caddyfile'];
      },
    },
    https,
  );
