/**
 * A number from 0 to `count - 1` that stays the same for a seed and a field, for ever: what `H` stands for.
 * FNV-1a, then the finishing step of MurmurHash3, because FNV alone spreads short seeds such as `1`, `2`, `3` badly.
 */
export function spread(seed: string, field: string, count: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}\n${field}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}
