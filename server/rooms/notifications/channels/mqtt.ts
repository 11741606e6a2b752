import type { Carry, Message, TargetOf } from './channel.ts';
import type { Publication } from './mqtt-session.ts';
import { publish } from './mqtt-session.ts';
import type { Thing } from './mqtt-things.ts';
import { slugOf, thingOf } from './mqtt-things.ts';

type Config = TargetOf<'mqtt'>['config'];

/**
 * MQTT 3.1.1, at least once: each message at `<topic>/events`, and retained at `<topic>/last`; whether a schedule, a
 * container or a host is well, and the images of a container, retained at a topic of its own. With `discovery` Home Assistant finds them by itself
 * (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery).
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
    ...thingState(message, config),
  ];
};

/** https://www.home-assistant.io/integrations/mqtt/: what it is called, and where its state is kept. */
const thingState = (message: Message, { topic, discovery }: Config): Publication[] => {
  const thing = thingOf(message);
  if (!thing) return [];
  const own = `${topic}/${thing.path}`;
  // Newer ones of Home Assistant refuse an update that has other fields than theirs.
  const payload = JSON.stringify(
    thing.component === 'update' ? thing.state : { ...documentOf(message), ...thing.state },
  );
  return [
    ...(discovery === undefined ? [] : [announced(discovery, topic, own, thing)]),
    { topic: own, payload, retain: true },
  ];
};

const documentOf = ({ id, event, severity, title, body, runId, url, at, snooze }: Message) => ({
  id,
  event,
  severity,
  title,
  body,
  runId,
  url,
  at: new Date(at).toISOString(),
  ...(snooze && { snoozeUrl: snooze.url }),
});

const maker = (slug: string) => ({
  device: { identifiers: [slug], name: 'Chrontainer', manufacturer: 'Chrontainer' },
  origin: { name: 'Chrontainer' },
});

const lastSensor = (prefix: string, topic: string): Publication => {
  const slug = slugOf(topic);
  const document = {
    name: 'Last message',
    unique_id: `${slug}_last`,
    state_topic: `${topic}/last`,
    // A state has at most 255 characters.
    value_template: '{{ value_json.title[:255] }}',
    json_attributes_topic: `${topic}/last`,
    icon: 'mdi:clock-outline',
    ...maker(slug),
  };
  return { topic: `${prefix}/sensor/${slug}/last/config`, payload: JSON.stringify(document), retain: true };
};

const kinds = {
  // https://www.home-assistant.io/integrations/binary_sensor.mqtt/: on means that there is a problem.
  binary_sensor: {
    device_class: 'problem',
    value_template: '{{ value_json.state }}',
    payload_on: 'problem',
    payload_off: 'ok',
  },
  // It takes what it knows of the JSON.
  update: {},
};

const announced = (prefix: string, topic: string, own: string, { slug, name, component }: Thing): Publication => {
  const ours = slugOf(topic);
  const document = {
    name,
    unique_id: `${ours}_${slug}`,
    ...kinds[component],
    state_topic: own,
    json_attributes_topic: own,
    ...maker(ours),
  };
  return { topic: `${prefix}/${component}/${ours}/${slug}/config`, payload: JSON.stringify(document), retain: true };
};
