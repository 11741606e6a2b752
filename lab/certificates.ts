import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, in PEM form, and the files that hold them. */
export interface Pair {
  certificate: string;
  key: string;
  certificateFile: string;
  keyFile: string;
}

export interface CertificateOptions {
  for: 'server' | 'client';
  /** What a server is called: `DNS:localhost`, `IP:127.0.0.1`. */
  names?: string;
  /** True: it ran out 80 days ago. */
  isExpired?: boolean;
}

/** An authority of its own that signs certificates, made by OpenSSL's program. */
export class CertificateAuthority {
  readonly certificate: string;
  readonly certificateFile: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'chr-ca-'));
  /** The machine's own would add extensions of its own. */
  readonly #settings = join(this.#folder, 'openssl.cnf');
  readonly #keyFile: string;

  constructor(name: string) {
    writeFileSync(this.#settings, '[req]\ndistinguished_name=dn\n[dn]\n');
    const extension = ['-addext', 'basicConstraints=critical,CA:TRUE'];
    const own = this.#make('ca', ['-subj', `/CN=${name}`, '-days', '3650', ...extension]);
    this.certificate = own.certificate;
    this.certificateFile = own.certificateFile;
    this.#keyFile = own.keyFile;
  }

  issue(name: string, { for: purpose, names, isExpired = false }: CertificateOptions): Pair {
    const signed = ['-CA', this.certificateFile, '-CAkey', this.#keyFile, '-subj', `/CN=${name}`];
    const extensions = ['basicConstraints=critical,CA:FALSE', `extendedKeyUsage=${purpose}Auth`];
    if (names) extensions.push(`subjectAltName=${names}`);
    const more = [...signed, ...extensions.flatMap((one) => ['-addext', one]), '-days', '10'];
    return this.#make(name, more, isExpired ? longAgo() : {});
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #make(name: string, more: string[], env: Record<string, string> = {}): Pair {
    const certificateFile = join(this.#folder, `${name}.pem`);
    const keyFile = join(this.#folder, `${name}-key.pem`);
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-config', this.#settings, '-keyout', keyFile, '-out', certificateFile];
    execFileSync('openssl', ['req', '-x509', '-new', ...curve, ...files, ...more], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    const read = (path: string) => readFileSync(path, 'utf8');
    return { certificate: read(certificateFile), key: read(keyFile), certificateFile, keyFile };
  }
}

/** For a program that is to believe that it is 90 days ago; needs libfaketime, which `npm test` installs on Debian. */
const longAgo = (): Record<string, string> => {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (!library) throw new Error('libfaketime is missing: apt-get install libfaketime');
  return { LD_PRELOAD: library, FAKETIME: '-90d' };
};
