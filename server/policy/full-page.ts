import type { Page } from '../../contract/index.ts';

/** Who may see almost nothing gets a short page and a cursor, instead of a search through the whole database. */
const mostReads = 20;

interface Source<T, Q> {
  /** One page of all, from the query's cursor on. */
  read(query: Q): Promise<Page<T>>;
  /** The item as the caller sees it; null where he does not. */
  see(item: T): T | null;
  cursorOf(item: T): string;
}

/** A page of what a caller may see, where the store cannot tell: it reads on until the page is full. */
export const fullPage = async <T, Q extends { limit: number; cursor?: string | undefined }>(
  query: Q,
  source: Source<T, Q>,
): Promise<Page<T>> => {
  const items: T[] = [];
  let next: Page<T>['nextCursor'] = query.cursor ?? null;
  for (let reads = 0; reads < mostReads; reads++) {
    const page = await source.read(next === null ? query : { ...query, cursor: next });
    next = take(page, query.limit, items, source);
    if (next === null || items.length === query.limit) break;
  }
  return { items, nextCursor: next };
};

/** Takes what is seen of a page, and no more than there is room for. @returns from where to read on */
const take = <T>(page: Page<T>, limit: number, items: T[], source: Pick<Source<T, never>, 'see' | 'cursorOf'>) => {
  for (const [place, item] of page.items.entries()) {
    const seen = source.see(item);
    if (seen !== null) items.push(seen);
    if (items.length === limit && place < page.items.length - 1) return source.cursorOf(item);
  }
  return page.nextCursor;
};
