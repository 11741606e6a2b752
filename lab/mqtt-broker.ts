import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Packet } from 'mqtt-packet';
import { generate, parser } from 'mqtt-packet';
import type { Pair } from './certificates.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait.ts';

/** Debian's mosquitto on loopback, with a plain port and, if a certificate is given, one with TLS. */
export interface MqttBroker {
  port: number;
  tlsPort: number;
  /** What comes to any topic from now on, what is retained first. */
  listen(): Promise<{ topic: string; payload: string; retain: boolean }[]>;
  close(): Promise<void>;
}

interface Options {
  certificate?: Pair;
  /** Left out: anybody may come. */
  login?: { user: string; password: string };
}

export const openMqttBroker = async ({ certificate, login }: Options = {}): Promise<MqttBroker> => {
  const base = mkdtempSync(join(tmpdir(), 'chr-mqtt-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const lines = [`listener ${port} 127.0.0.1`, 'user root', `allow_anonymous ${login ? 'false' : 'true'}`];
  if (login) {
    execFileSync('mosquitto_passwd', ['-b', '-c', join(base, 'users'), login.user, login.password]);
    lines.push(`password_file ${join(base, 'users')}`);
  }
  if (certificate) {
    const { certificateFile, keyFile } = certificate;
    lines.push(`listener ${tlsPort} 127.0.0.1`, `certfile ${certificateFile}`, `keyfile ${keyFile}`);
  }
  writeFileSync(join(base, 'broker.conf'), `${lines.join('\n')}\n`);
  const broker = spawn('/usr/sbin/mosquitto', ['-c', join(base, 'broker.conf')], { stdio: 'ignore' });
  await waitUntil('the broker', 10_000, 20, () => isOpen(port));
  return {
    port,
    tlsPort,
    listen: () => subscribe(port, login),
    close: async () => {
      const gone = once(broker, 'exit');
      broker.kill();
      await gone;
      rmSync(base, { recursive: true });
    },
  };
};

const isOpen = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** Everything that comes from now on, into the list that is given back once the broker has said so. */
const subscribe = async (port: number, login: Options['login']) => {
  const heard: { topic: string; payload: string; retain: boolean }[] = [];
  const socket = connect(port, '127.0.0.1');
  const packets = parser();
  let isSubscribed = false;
  socket.on('data', (chunk) => packets.parse(Buffer.from(chunk)));
  packets.on('packet', (packet: Packet) => {
    isSubscribed ||= packet.cmd === 'suback';
    if (packet.cmd !== 'publish') return;
    heard.push({ topic: packet.topic, payload: packet.payload.toString(), retain: packet.retain });
  });
  const user = login && { username: login.user, password: Buffer.from(login.password) };
  socket.write(
    generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'ear', ...user }),
  );
  const subscriptions = [{ topic: '#', qos: 0 as const }];
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
  await waitUntil('the subscription', 5_000, 5, () => isSubscribed);
  socket.unref();
  return heard;
};
