/** What was seen, and at which instant. */
export interface Sighting {
  at: number;
}

/** A place in the ledger for one sighting within its time. */
export interface Place {
  from: number;
  to: number;
}

/** Whether all of `left` find a partner of their own; those that do not. Augmenting paths (Kuhn). */
const unmatched = (edges: readonly (readonly number[])[]): number[] => {
  const partnerOf = new Map<number, number>();
  const findsPartner = (left: number, seen: Set<number>): boolean => {
    for (const right of edges[left] ?? []) {
      if (seen.has(right)) continue;
      seen.add(right);
      const rival = partnerOf.get(right);
      if (rival !== undefined && !findsPartner(rival, seen)) continue;
      partnerOf.set(right, left);
      return true;
    }
    return false;
  };
  return edges.flatMap((_, left) => (findsPartner(left, new Set()) ? [] : [left]));
};

const fits = (place: Place, sighting: Sighting): boolean => sighting.at >= place.from && sighting.at <= place.to;

/** The sightings that are more than the places can explain, each place explaining one. */
export const unexplained = <T extends Sighting>(sightings: readonly T[], places: readonly Place[]): T[] => {
  const edges = sightings.map((s) => places.flatMap((place, i) => (fits(place, s) ? [i] : [])));
  return unmatched(edges).flatMap((i) => sightings[i] ?? []);
};

/**
 * The places that have no sighting of their own. Where all sightings can be explained and all of these places be
 * filled, there is one assignment that does both (Mendelsohn and Dulmage), so the two may be asked for separately.
 */
export const unfilled = <P extends Place>(places: readonly P[], sightings: readonly Sighting[]): P[] => {
  const edges = places.map((place) => sightings.flatMap((s, i) => (fits(place, s) ? [i] : [])));
  return unmatched(edges).flatMap((i) => places[i] ?? []);
};
