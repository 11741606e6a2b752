import type { SshAddress } from './address.ts';
import { hostAndPort } from './address.ts';

/** What OpenSSH, or docker over there, says, and what it means to the user. The first that fits holds. */
type Meaning = [says: RegExp, means: (address: SshAddress) => string];

/** A sentence with the remedy for what OpenSSH said. */
export const sshWords = (words: string, address: SshAddress): string => {
  const found = meanings.find(([says]) => says.test(words));
  if (found) return found[1](address);
  return `ssh to ${hostAndPort(address)} failed: ${lastLine(words) || 'it ended without a word'}`;
};

const userOf = ({ user }: SshAddress): string => (user === null ? 'The default user' : `The user ${user}`);

const meanings: Meaning[] = [
  [
    /^ssh(-keyscan)?: ENOENT$/m,
    () =>
      "The program ssh is missing where Chrontainer runs. Install OpenSSH's client: apt-get install openssh-client.",
  ],
  [
    /No user exists for uid/,
    () => 'ssh needs a name for the user that Chrontainer runs as: add it to /etc/passwd there, or run as another one.',
  ],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    (address) =>
      `The host key of ${hostAndPort(address)} is another one than the one that was accepted. If the host was set up ` +
      'anew, test the connection, compare the fingerprint, and accept it; if not, somebody may stand in between.',
  ],
  [
    /host key is known for|Host key verification failed/,
    (address) =>
      `The host key of ${hostAndPort(address)} has not been accepted yet. Test the connection, compare the fingerprint ` +
      'with the one that ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints there, and accept it.',
  ],
  [
    /Load key .*(invalid format|error in libcrypto|incorrect passphrase)/,
    () => "The private key cannot be read. Give it anew, in OpenSSH's form and without a passphrase.",
  ],
  [
    /Permission denied \(|Too many authentication failures/,
    (address) =>
      `${userOf(address)} may not sign in at ${hostAndPort(address)} with this key. Add its public half to ` +
      'authorized_keys there (ssh-copy-id), or give this host another key.',
  ],
  [
    /Could not resolve hostname|getaddrinfo/,
    ({ host }) =>
      `The name ${host} cannot be resolved. Is it spelled right, and known where Chrontainer runs? (ssh_config is not read.)`,
  ],
  [
    /connect to (host|address) .*Connection refused|^connect: Connection refused/m,
    (address) => `Nothing listens at ${hostAndPort(address)}. Is an SSH server running there, at this port?`,
  ],
  [
    /timed out/,
    (address) =>
      `No answer from ${hostAndPort(address)}. Is the host running, and does a firewall let Chrontainer through to this port?`,
  ],
  [
    /No route to host|Network is unreachable/,
    ({ host }) => `There is no way from here to ${host}. Is the address right, and the network up?`,
  ],
  [
    /permission denied while trying to connect|dial unix .*permission denied/i,
    (address) =>
      `${userOf(address)} may not use the engine's socket on ${address.host}. Add it to the group docker there: ` +
      `usermod -aG docker ${address.user ?? 'USER'}`,
  ],
  [
    /Cannot connect to the Docker daemon|error during connect|dial unix/,
    ({ host, socketPath }) =>
      `Signed in at ${host}, but no engine answers at ${socketPath} there. Is it running? Its socket can be named in the ` +
      'address: ssh://user@host/run/user/1000/docker.sock.',
  ],
  [
    /docker: (command )?not found|docker: No such file|executable file not found/,
    ({ host, socketPath }) =>
      `Signed in at ${host}, but there is no engine to reach at ${socketPath}, and no docker command. Is Docker or Podman ` +
      'running there, may this user use its socket, and does sshd_config allow it (AllowStreamLocalForwarding)?',
  ],
  [
    /account is currently not available|not allowed to execute|administratively prohibited|open failed/,
    (address) =>
      `Signed in at ${address.host}, but the engine's socket ${address.socketPath} cannot be reached. May ${
        address.user ?? 'the user'
      } use it (group docker), and does sshd_config allow it (AllowStreamLocalForwarding)?`,
  ],
  [
    /kex_exchange_identification|banner|Connection (closed|reset) by|Bad packet length|Invalid SSH/,
    (address) =>
      `${hostAndPort(address)} hung up before the sign-in. Is it an SSH server, and does it let this machine in (MaxStartups, fail2ban)?`,
  ],
  [
    /Unable to negotiate|no matching/,
    ({ host }) => `The SSH server of ${host} knows only methods that are not safe any more. Update it.`,
  ],
];

/** For what nobody thought of: hostile text, cut short. */
const lastLine = (words: string): string => (words.trim().split('\n').at(-1) ?? '').trim().slice(0, 300);
