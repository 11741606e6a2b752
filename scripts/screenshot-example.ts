/** The time zone of the pictures. */
export const timeZone = 'Europe/Lisbon';

interface Example {
  image: string;
  stack?: string;
  port?: number;
  /** What its health check runs. */
  check?: string;
}

/** What runs at somebody's home. */
export const examples: Record<string, Example> = {
  jellyfin: { image: 'jellyfin/jellyfin:10.10.7', stack: 'media', port: 8096 },
  sonarr: { image: 'linuxserver/sonarr:4.0.14', stack: 'media', port: 8989 },
  radarr: { image: 'linuxserver/radarr:5.21.1', stack: 'media', port: 7878 },
  transmission: { image: 'linuxserver/transmission:4.0.6', stack: 'media', port: 9091 },
  'home-assistant': { image: 'homeassistant/home-assistant:2026.11', stack: 'home', port: 8123 },
  mosquitto: { image: 'eclipse-mosquitto:2.0', stack: 'home', port: 1883 },
  zigbee2mqtt: { image: 'koenkk/zigbee2mqtt:2.6.3', stack: 'home', port: 8080, check: 'exit 1' },
  nextcloud: { image: 'nextcloud:31', stack: 'cloud', port: 8443 },
  'nextcloud-db': { image: 'postgres:17', stack: 'cloud', check: 'exit 0' },
  'nextcloud-cache': { image: 'redis:8', stack: 'cloud' },
  'shop-api': { image: 'shop/api:1.42', stack: 'dev', port: 3000 },
  'shop-db': { image: 'postgres:16', stack: 'dev' },
  minecraft: { image: 'itzg/minecraft-server:2026.10', port: 25565 },
  vaultwarden: { image: 'vaultwarden/server:1.34.3', port: 8222 },
  traefik: { image: 'traefik:3.6', port: 443 },
  restic: { image: 'restic/restic:0.18' },
};

const on = (...containers: string[]) => containers.map((container) => ({ hostId: 1, container }));

export const schedules = [
  {
    name: 'Restart Jellyfin at night',
    expression: '0 4 * * *',
    steps: [{ action: 'restart', targets: on('jellyfin') }],
  },
  { name: 'Fresh downloads', expression: '15 */6 * * *', steps: [{ action: 'restart', targets: on('transmission') }] },
  { name: 'Nightly backup', expression: '30 3 * * *', steps: [{ action: 'start', targets: on('restic') }] },
  { name: 'Game server sleeps', expression: '0 1 * * *', steps: [{ action: 'pause', targets: on('minecraft') }] },
  { name: 'Game server wakes up', expression: '30 16 * * *', steps: [{ action: 'unpause', targets: on('minecraft') }] },
  { name: 'Dev stack on', expression: '30 8 * * *', steps: [{ action: 'start', targets: [{ stack: 'dev' }] }] },
  { name: 'Dev stack off', expression: '0 20 * * *', steps: [{ action: 'stop', targets: [{ stack: 'dev' }] }] },
  {
    name: 'Sunday restart',
    expression: '0 5 * * 0',
    steps: [{ action: 'restart', targets: on('vaultwarden', 'traefik') }],
  },
];

/** The schedule that is being made in the picture of the editor. */
export const example = { container: 'nextcloud', expression: '30 7 * * 1-5', words: 'At 07:30, Monday to Friday' };
