import { startCaddy } from '../../lab/caddy.ts';
import { proveProxy } from './behind.ts';

// Its certificate comes from the test: nothing here can prove to an authority that the name is ours.
proveProxy({
  language: 'caddyfile',
  start: (recipe, { https, http, program, certificateFile, keyFile }) =>
    startCaddy(
      recipe
        .replace('{\n', `{\n  tls ${certificateFile} ${keyFile}\n`)
        .replace('127.0.0.1:5000', `127.0.0.1:${program}`),
      { https, http },
    ),
});
