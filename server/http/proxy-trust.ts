import { BlockList, isIP } from 'node:net';

/** Whose X-Forwarded-* headers are believed: nobody's, everybody's, the last so many hops', or these networks'. */
export type ProxyTrust =
  | { kind: 'none' }
  | { kind: 'all' }
  | { kind: 'hops'; count: number }
  | { kind: 'networks'; networks: BlockList };

/** Reads TRUST_PROXY; null when it is not understood. */
export const parseProxyTrust = (value: string): ProxyTrust | null => {
  const word = value.trim().toLowerCase();
  if (['', 'false', '0', 'no', 'off'].includes(word)) return { kind: 'none' };
  if (['true', 'yes', 'on'].includes(word)) return { kind: 'all' };
  if (/^[1-9]\d?$/.test(word)) return { kind: 'hops', count: Number(word) };
  const networks = new BlockList();
  const isUnderstood = word.split(',').every((part) => addNetwork(networks, part.trim()));
  return isUnderstood ? { kind: 'networks', networks } : null;
};

/** Addresses and networks as a list that can be asked, and the places of those that are none. */
export const networksOf = (texts: readonly string[]): { networks: BlockList; faults: number[] } => {
  const networks = new BlockList();
  const faults = [...texts.keys()].filter((place) => !addNetwork(networks, texts[place] ?? ''));
  return { networks, faults };
};

const addNetwork = (list: BlockList, text: string): boolean => {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (prefix === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 'ipv4' ? 32 : 128)) return false;
  list.addSubnet(address, Number(prefix), family);
  return true;
};

export interface ForwardedHeaders {
  for: string | undefined;
  proto: string | undefined;
  host: string | undefined;
}

/** Where a request really came from. */
export interface Origin {
  address: string;
  isSecure: boolean;
  /** The host that the caller asked for, with its port. */
  host: string;
}

/**
 * Works out the caller behind the trusted proxies. Each proxy appends whom it heard from, so the list is read from
 * its end: everything before the first untrusted hop may be invented by the caller.
 */
export const resolveOrigin = (trust: ProxyTrust, peer: Origin, forwarded: ForwardedHeaders): Origin => {
  if (!isTrusted(trust, peer.address, 0)) return peer;
  const hops = listOf(forwarded.for).map(plainAddress);
  const position = callerPosition(trust, hops);
  const caller = hops[position] ?? '';
  const fromEnd = hops.length - position;
  const proto = atSamePlace(listOf(forwarded.proto), fromEnd);
  return {
    address: isIP(caller) === 0 ? peer.address : caller,
    isSecure: proto ? proto.toLowerCase() === 'https' : peer.isSecure,
    host: atSamePlace(listOf(forwarded.host), fromEnd) ?? peer.host,
  };
};

/** The place of the caller in the list of hops: the last that is no trusted proxy, or the first of all. */
const callerPosition = (trust: ProxyTrust, hops: string[]): number => {
  for (let i = hops.length - 1; i > 0; i--) {
    if (!isTrusted(trust, hops[i] ?? '', hops.length - i)) return i;
  }
  return 0;
};

/** A proxy that knows only one scheme or host wrote one; otherwise the entry of the same hop as the caller's address. */
const atSamePlace = (values: string[], fromEnd: number): string | undefined =>
  values[Math.max(0, values.length - Math.max(1, fromEnd))];

const isTrusted = (trust: ProxyTrust, address: string, distance: number): boolean => {
  if (trust.kind === 'all') return true;
  if (trust.kind === 'hops') return distance < trust.count;
  if (trust.kind === 'none' || isIP(address) === 0) return false;
  return trust.networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
};

const listOf = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Without port and brackets, and an IPv4 address as such also where the socket speaks IPv6. */
export const plainAddress = (text: string): string => {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1];
  return (bracketed ?? withPort ?? text).replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
};
