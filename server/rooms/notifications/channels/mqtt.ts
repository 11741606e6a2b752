import type { Carry, Message, TargetOf } from './channel.ts';
import type { Publication } from './mqtt-session.ts';
import { publish } from './mqtt-session.ts';

type Config = TargetOf<'mqtt'>['config'];

/**
 * MQTT 3.1.1, at least once: each message at `<topic>/events`, and retained at `<topic>/last`; of runs whether their
 * schedule is well, retained at `<topic>/schedules/<id>`. With `discovery` Home Assistant finds them by itself
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
    ...scheduleState(message, config),
  ];
};

/** What says how a schedule is. What was skipped, or is still to be seen, does not. */
const states: Record<string, 'problem' | 'ok'> = {
  'run.failed': 'problem',
  'run.missed': 'problem',
  'run.recovered': 'ok',
  'run.succeeded': 'ok',
};

const scheduleState = (message: Message, { topic, discovery }: Config): Publication[] => {
  const schedule = message.facts?.schedule ?? null;
  const state = states[message.event];
  if (schedule === null || state === undefined) return [];
  const { reason = null, container = null, host = null } = message.facts ?? {};
  const document = { state, schedule: schedule.name, reason, container, host, ...documentOf(message) };
  const own = `${topic}/schedules/${schedule.id}`;
  return [
    ...(discovery === undefined ? [] : [scheduleSensor(discovery, topic, own, schedule)]),
    { topic: own, payload: JSON.stringify(document), retain: true },
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

const slugOf = (topic: string): string => topic.replaceAll(/[^A-Za-z0-9_-]/g, '_');
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

/** https://www.home-assistant.io/integrations/binary_sensor.mqtt/: on means that there is a problem. */
const scheduleSensor = (
  prefix: string,
  topic: string,
  own: string,
  { id, name }: { id: number; name: string },
): Publication => {
  const slug = slugOf(topic);
  const document = {
    name,
    unique_id: `${slug}_schedule_${id}`,
    device_class: 'problem',
    state_topic: own,
    value_template: '{{ value_json.state }}',
    payload_on: 'problem',
    payload_off: 'ok',
    json_attributes_topic: own,
    ...maker(slug),
  };
  const path = `${prefix}/binary_sensor/${slug}/schedule_${id}/config`;
  return { topic: path, payload: JSON.stringify(document), retain: true };
};
