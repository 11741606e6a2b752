import type { Container } from '../../../contract/containers.ts';

/** The published ports in short, each once although engines list IPv4 and IPv6: `8080→80, 53/udp`. */
export function portsText(ports: Container['ports']): string {
  const published = ports.filter((port) => port.publicPort !== null).map(portText);
  return [...new Set(published)].join(', ');
}

export function portText({ publicPort, privatePort, protocol }: Container['ports'][number]): string {
  const inside = protocol === 'tcp' ? String(privatePort) : `${privatePort}/${protocol}`;
  return publicPort === null || publicPort === privatePort ? inside : `${publicPort}→${inside}`;
}
