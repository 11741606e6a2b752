import { startNginx } from '../../lab/nginx.ts';
import { proveProxy } from './behind.ts';

proveProxy({
  language: 'nginx',
  start: (recipe, { https, http, program, certificateFile, keyFile }) =>
    startNginx(
      recipe
        .replace('listen 443', `listen 127.0.0.1:${https}`)
        .replace('listen 80', `listen 127.0.0.1:${http}`)
        .replace('127.0.0.1:5000', `127.0.0.1:${program}`)
        .replace('/etc/ssl/chrontainer.pem', certificateFile)
        .replace('/etc/ssl/chrontainer-key.pem', keyFile),
      https,
    ),
});
