import type { Carry, Message, TargetOf } from './channel.ts';
import type { Publication } from './mqtt-session.ts';
import { publish } from './mqtt-session.ts';

type Config = TargetOf<'mqtt'>['config'];

/**
 * MQTT 3.1.1, at least once: each message at `<topic>/events`, and retained at `<topic>/last`. With `discovery` Home
 * Assistant finds the last one by itself (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery).
 */
export const mqtt: Carry<'mqtt'> = async (message, { config, secrets }, { outbound, signal }) => {
  const { host, tls, ca, user } = config;
  const port = config.port ?? (tls ? 8883 : 1883);
  const socket = await outbound.connect({ host, port, signal, ...(tls && { tls: { ca } }) });
  return publish(socket, publicationsOf(message, config), { user, password: secrets.password, signal });
};

const publicationsOf = (message: Message, config: Config): Publication[] => {
  const payload = JSON.stringify(documentOf(message));
  return [
    ...(config.discovery === undefined ? [] : [lastSensor(config.discovery, config.topic)]),
    { topic: `${config.topic}/events`, payload, retain: false },
    { topic: `${config.topic}/last`, payload, retain: true },
  ];
};

const documentOf = ({ id, event, severity, title, body, runId, url, at }: Message) => ({
  id,
  event,
  severity,
  title,
  body,
  runId,
  url,
  at: new Date(at).toISOString(),
});

const lastSensor = (prefix: string, topic: string): Publication => {
  const slug = topic.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  const document = {
    name: 'Last message',
    unique_id: `${slug}_last`,
    state_topic: `${topic}/last`,
    // A state has at most 255 characters.
    value_template: '{{ value_json.title[:255] }}',
    json_attributes_topic: `${topic}/last`,
    icon: 'mdi:clock-outline',
    device: { identifiers: [slug], name: 'Chrontainer', manufacturer: 'Chrontainer' },
    origin: { name: 'Chrontainer' },
  };
  return { topic: `${prefix}/sensor/${slug}/last/config`, payload: JSON.stringify(document), retain: true };
};
