/** Which columns the list of containers has: what the grouping says already and what has no room is left out. */
export interface Columns {
  check: boolean;
  stack: boolean;
  host: boolean;
  tags: boolean;
  image: boolean;
  ports: boolean;
  /** Processor and memory: two columns. */
  usage: boolean;
}

/** How many cells a row has, for those that span them all. */
export function cellCount(columns: Columns): number {
  // Mark, name, state, next action and the actions are always there.
  return 5 + Object.values(columns).filter(Boolean).length + (columns.usage ? 1 : 0);
}
