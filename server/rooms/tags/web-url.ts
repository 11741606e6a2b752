import type { Container } from '../../../contract/index.ts';

type Shown = Pick<Container, 'webUrl' | 'webUrlSource'>;

/** The label by which a container names its own address. */
export const webUrlLabel = 'chrontainer.web-url';

/** Private ports of services that no browser shows: databases, mail, name service and the like. */
const notForBrowsers = new Set([
  20, 21, 22, 23, 25, 53, 88, 110, 123, 143, 161, 389, 445, 465, 514, 587, 636, 853, 993, 995, 1433, 1521, 1883, 2049,
  2375, 2376, 2379, 3306, 4222, 5432, 5671, 5672, 6379, 6380, 8883, 9042, 9092, 9300, 11211, 27017, 33060, 51820,
]);
const encrypted = new Set([443, 8443, 9443, 9444]);

/** What browsers call a host of an address: of an engine behind a socket only its own machine is known. */
export const browsedName = (hostUrl: string): string => {
  const name = (URL.canParse(hostUrl) ? new URL(hostUrl).hostname : '') || 'localhost';
  return URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : '';
};

/**
 * The address of a container: what somebody set, else what its label says, else a guess from its ports.
 * @param hostName as browsers call its host
 */
export const webUrlOf = (set: string | null, container: Container, hostName: string): Shown => {
  if (set !== null) return { webUrl: set, webUrlSource: 'set' };
  const label = Object.hasOwn(container.labels, webUrlLabel) ? webAddress(container.labels[webUrlLabel] ?? '') : null;
  if (label !== null) return { webUrl: label, webUrlSource: 'label' };
  const guess = guessed(container, hostName);
  return { webUrl: guess, webUrlSource: guess === null ? null : 'guess' };
};

/** Labels are hostile text: only an address of the web is one. */
const webAddress = (text: string): string | null => {
  if (text.length > 2000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
};

const guessed = ({ ports }: Container, hostName: string): string | null => {
  const port = ports.find((p) => p.publicPort !== null && p.protocol === 'tcp' && !notForBrowsers.has(p.privatePort));
  if (!port) return null;
  const scheme = encrypted.has(port.privatePort) ? 'https' : 'http';
  const { ip, publicPort } = port;
  const isOpen = ip === null || ip === '0.0.0.0' || ip === '::';
  // Taking an address apart is dear, and a fleet has thousands: that of most is made of parts that are known to be sound.
  if (isOpen && hostName !== '' && isPlainPort(publicPort)) return `${scheme}://${hostName}:${publicPort}/`;
  const named = ip?.includes(':') ? `[${ip}]` : ip;
  return webAddress(`${scheme}://${isOpen ? hostName : named}:${publicPort}/`);
};

/** One that no scheme leaves out of an address. */
const isPlainPort = (port: number | null): boolean =>
  Number.isInteger(port) && port !== null && port > 443 && port <= 65_535;
