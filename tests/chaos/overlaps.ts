import type { RecordedRequest } from '../../lab/recording-proxy.ts';
import { at } from './ledger.ts';
import type { Site } from './stage.ts';

interface Work {
  container: string;
  action: string;
  from: number;
  /** When the engine had done it; the same as `from` where it never did. */
  to: number;
}

/** An event is published a little before or after the answer that goes with it. */
const apartMs = 300;

/** Everything that reached the engine to be done to a container while it was still at something else there. */
export const overlapsAt = (site: Site): string[] => {
  const work = worksOf(site);
  return [...Map.groupBy(work, (w) => w.container).values()].flatMap((own) =>
    own.flatMap((later, i) => {
      const earlier = own.slice(0, i).find((w) => w.to > later.from);
      return earlier ? [`${earlier.container}: ${text(earlier)} and ${text(later)}`] : [];
    }),
  );
};

const text = (w: Work): string => `${w.action} ${at(w.from)}-${at(w.to)}`;

/** What reached the engine to be done to its containers, in order. */
export const actionsAt = (site: Site): { container: string; action: string; request: RecordedRequest }[] =>
  site.requests().flatMap((request) => {
    const [, id = '', action = ''] = /\/containers\/([0-9a-f]{64})\/([a-z]+)/.exec(request.path) ?? [];
    const container = site.containers.get(id);
    return request.method === 'POST' && container ? [{ container, action, request }] : [];
  });

/** Where the answer was lost, the engine's own event tells when it was done. */
const worksOf = (site: Site): Work[] => {
  const free = new Set(site.events.events());
  const claim = (container: string, action: string, from: number, to: number): number | undefined => {
    const event = [...free].find((e) => e.name === container && e.action === action && e.at >= from && e.at <= to);
    if (event) free.delete(event);
    return event?.at;
  };
  const all = actionsAt(site);
  for (const { container, action, request } of all) {
    const { at: from, answeredAt } = request;
    if (answeredAt !== undefined) claim(container, action, from - apartMs, answeredAt + apartMs);
  }
  return all.map(({ container, action, request }) => {
    const { at: from, answeredAt } = request;
    const to = answeredAt ?? claim(container, action, from, Number.POSITIVE_INFINITY) ?? from;
    return { container, action, from, to };
  });
};
