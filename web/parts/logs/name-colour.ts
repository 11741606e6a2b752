/**
 * Colours for names, in light and in dark: readable on every ground of the list, and none of them the red, the amber or
 * the violet that mean something here.
 */
export const nameColours: readonly (readonly [light: string, dark: string])[] = [
  ['#994407', '#f8a87e'],
  ['#646505', '#c2c46e'],
  ['#24732c', '#90d192'],
  ['#017160', '#63d5be'],
  ['#006d7b', '#58d1e5'],
  ['#076798', '#78c7fd'],
  ['#395ca9', '#9dbdff'],
  ['#754998', '#d1abf5'],
  ['#903e75', '#efa1d2'],
];

/**
 * The colours of the names of these containers, by `1:web`: the same at every visit, and each its own as long as there are
 * enough. The names themselves tell apart those that share one.
 */
export function coloursOf(containers: readonly string[]): Map<string, string> {
  const taken = new Set<number>();
  const found = new Map<string, string>();
  for (const container of containers.toSorted()) {
    const wanted = placeOf(container);
    const places = nameColours.map((_, step) => (wanted + step) % nameColours.length);
    const place = places.find((one) => !taken.has(one)) ?? wanted;
    taken.add(place);
    const [light, dark] = nameColours[place] ?? ['inherit', 'inherit'];
    found.set(container, `light-dark(${light}, ${dark})`);
  }
  return found;
}

/** By its name alone, so that it mostly keeps its colour when others are chosen beside it. */
function placeOf(container: string): number {
  let hash = 0x811c9dc5;
  for (const char of container) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  // Of names that end alike the last step alone would make neighbours.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % nameColours.length;
}
