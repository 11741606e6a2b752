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

/** The least pixels of each column; the name and the image share what is left. */
export const columnWidths = {
  check: 28,
  mark: 26,
  name: 175,
  stack: 88,
  host: 80,
  state: 176,
  tags: 100,
  image: 112,
  ports: 110,
  cpu: 56,
  memory: 76,
  next: 110,
  actions: 150,
} as const;

/** The wanted columns that fit beside those that are always there. */
export function fittingColumns(wanted: Columns, roomPx: number): Columns {
  const { check, mark, name, state, next, actions, cpu, memory } = columnWidths;
  let left = roomPx - mark - name - state - next - actions - (wanted.check ? check : 0);
  const fits = (isWanted: boolean, widthPx: number): boolean => {
    if (!isWanted || widthPx > left) return false;
    left -= widthPx;
    return true;
  };
  // In the order of what is missed most.
  const host = fits(wanted.host, columnWidths.host);
  const image = fits(wanted.image, columnWidths.image);
  const usage = fits(wanted.usage, cpu + memory);
  const stack = fits(wanted.stack, columnWidths.stack);
  const tags = fits(wanted.tags, columnWidths.tags);
  const ports = fits(wanted.ports, columnWidths.ports);
  return { check: wanted.check, stack, host, tags, image, ports, usage };
}

/** How many cells a row has, for those that span them all. */
export function cellCount(columns: Columns): number {
  // Mark, name, state, next action and the actions are always there.
  return 5 + Object.values(columns).filter(Boolean).length + (columns.usage ? 1 : 0);
}
