import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProxy } from './proxy.ts';
import { startProxy } from './proxy.ts';

/** Starts Debian's nginx with these `server` blocks, and waits until it listens on the port. */
export const startNginx = (servers: string, port: number): Promise<RunningProxy> =>
  startProxy(
    {
      name: 'nginx',
      prepare: (folder) => {
        const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (what) => `${what}_temp_path ${folder};`,
        );
        const lines = [
          'daemon off; master_process off;',
          `pid ${folder}/nginx.pid; error_log stderr;`,
          `events {} http { access_log off; ${places.join(' ')} ${servers} }`,
        ];
        writeFileSync(join(folder, 'nginx.conf'), `${lines.join('\n')}\n`);
        return ['/usr/sbin/nginx', '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
      },
    },
    port,
  );
