import * as v from 'valibot';
import type { LogQuery } from '../../../contract/index.ts';
import { idParam, largestSet, logPage, logQuery, mergedLogQuery } from '../../../contract/index.ts';
import type { Answer, Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import { LogFollowing } from './follow.ts';
import type { LogParts } from './logs.ts';
import { Logs } from './logs.ts';
import type { Source } from './source.ts';
import { sourcesOf, visibleSources } from './source.ts';
import { logText } from './text.ts';
import { wantedBy } from './wanted.ts';

const tag = 'Logs';

/** What a call brings besides the containers. */
interface Asked {
  query: LogQuery;
  header(name: string): string | undefined;
  signal: AbortSignal;
}

/** The routes of what containers write. */
export const logRoutes = (parts: LogParts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}/logs',
    access: 'logs',
    summary: 'The log of a container: a page, with follow=true server-sent events, or plain text',
    tag,
    params: v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) }),
    query: logQuery,
    answers: { 200: logPage },
    handle: ({ params, ...asked }) => answer(parts, sourcesOf(parts.fleet, [params]), asked),
  }),
  route({
    method: 'GET',
    path: '/api/v1/logs',
    access: 'logs',
    isScoped: true,
    summary: `The logs of up to ${largestSet} containers, merged in the order of their times; the same ways as of one`,
    tag,
    query: mergedLogQuery,
    answers: { 200: logPage },
    handle: ({ query: { containers, ...query }, caller: { rights }, ...asked }) =>
      answer(parts, visibleSources(parts.fleet, containers, rights), { ...asked, query }),
  }),
];

const answer = async (parts: LogParts, sources: readonly Source[], asked: Asked): Promise<Answer> => {
  const { query, header, signal } = asked;
  // An expression that cannot be understood is told as such, also to who wants a stream.
  await wantedBy(query);
  const logs = new Logs(parts);
  if (query.follow) {
    return { stream: (sink) => new LogFollowing(parts, sources, query, sink).run(header('last-event-id')) };
  }
  if (query.download || wantsText(header('accept'))) return { outpour: logText(logs, sources, query, signal) };
  return { body: await logs.page(sources, query, signal) };
};

/** Text first, or text alone: browsers that open the address want it as little as programs that take anything. */
const wantsText = (accept = ''): boolean => accept.trim().startsWith('text/plain');
