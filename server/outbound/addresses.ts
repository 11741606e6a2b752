import { BlockList, isIPv6 } from 'node:net';

/**
 * Where a user-given URL may lead. `forbidden`: what no service of a user's listens at, and what attackers ask for
 * (link-local addresses, among them the metadata services of clouds). `private`: the machine and its networks.
 */
export type Reach = 'forbidden' | 'private' | 'public';

type Subnet = [network: string, prefix: number];

/** IANA's special-purpose registries (RFC 6890), and what clouds have elsewhere for their metadata. */
const forbidden4: Subnet[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['100.100.100.200', 32], // Alibaba
  ['168.63.129.16', 32], // Azure
];
const forbidden6: Subnet[] = [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fec0::', 10],
  ['2001:db8::', 32],
  // Each of these stands for an IPv4 address that a relay somewhere would go to: Teredo, 6to4, and translation (RFC 8215).
  ['2001::', 32],
  ['2002::', 16],
  ['64:ff9b:1::', 48],
  ['fd00:ec2::254', 128], // Amazon
  ['fd20:ce::254', 128], // Google
];
const private4: Subnet[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
];
const private6: Subnet[] = [
  ['::1', 128],
  ['fc00::', 7],
];

const listOf = (four: readonly Subnet[], six: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of four) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of six) list.addSubnet(network, prefix, 'ipv6');
  return list;
};

const forbidden = listOf(forbidden4, forbidden6);
const ours = listOf(private4, private6);

/** @param address an IP address, without brackets */
export const reachOf = (address: string): Reach => {
  const plain = embedded(address) ?? address;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (forbidden.check(plain, family)) return 'forbidden';
  return ours.check(plain, family) ? 'private' : 'public';
};

/** The IPv4 address that an IPv6 one stands for: mapped (`::ffff:a.b.c.d`), as such (`::a.b.c.d`) or translated (RFC 6052). */
const embedded = (address: string): string | null => {
  if (!isIPv6(address)) return null;
  const canonical = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1);
  const [, high, low] = /^(?:::ffff:|::|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return null;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
};
