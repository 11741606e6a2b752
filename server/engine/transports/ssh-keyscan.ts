import { createHash } from 'node:crypto';
import { EngineError } from '../error.ts';
import type { SshAddress } from './address.ts';
import { sshAddress } from './address.ts';
import { openSocket } from './dial.ts';
import { codeOf } from './error-code.ts';
import { networkWords } from './network-words.ts';
import { SshError } from './ssh-master.ts';
import { SshProgram } from './ssh-program.ts';
import { sshWords } from './ssh-words.ts';

const patienceMs = 5000;
const sshQuestion = 'Is an SSH server running there, at this port?';
/** From the best to the one that old servers have. */
const kinds = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];

/**
 * The host key that a server shows, `ssh-ed25519 AAAA…`: of no worth before somebody compared its fingerprint.
 * @throws EngineError when there is none to be had
 */
export const scanHostKey = async (url: string): Promise<string> => {
  const address = sshAddress(url);
  const { host, port } = address;
  await demandListener(address);
  const scan = new SshProgram('ssh-keyscan', ['-T', '5', '-p', String(port), '--', host], 'piped');
  let output = '';
  scan.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await scan.ended;
  const keys = output.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const found = keys.map((line) => line.split(' ').slice(1, 3).join(' ')).sort((a, b) => rankOf(a) - rankOf(b))[0];
  if (found !== undefined) return found;
  // It says nothing of a server that does not answer, and little of one that is none.
  const cause = new SshError(scan.words || 'timed out during banner exchange');
  throw new EngineError({ kind: 'unreachable', message: sshWords(cause.words, address), cause });
};

/** The program that asks for the key does not say why nobody answers. */
const demandListener = async (address: SshAddress): Promise<void> => {
  const { host, port } = address;
  try {
    (await openSocket({ host, port }, patienceMs)).destroy();
  } catch (cause) {
    const message = networkWords(cause, address, sshQuestion) ?? `No connection to ${host}: ${codeOf(cause)}`;
    throw new EngineError({ kind: 'unreachable', message, cause });
  }
};

const rankOf = (key: string): number => {
  const rank = kinds.indexOf(key.split(' ')[0] ?? '');
  return rank === -1 ? kinds.length : rank;
};

/** As OpenSSH prints it: `SHA256:` and the hash in base64. */
export const hostKeyFingerprint = (key: string): string => {
  const bytes = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
};
