import * as v from 'valibot';
import type { OutputPiece, OutputQuery } from '../../../contract/index.ts';
import { outputQuery, runOutput } from '../../../contract/index.ts';
import type { EventSink, Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { OutputFilter, Outputs } from './outputs.ts';
import { isFinal } from './run.ts';
import type { Runs } from './runs.ts';

/** How many pieces are read at once for a follower. */
const piecesAtOnce = 100;

interface Parts {
  runs: Runs;
  outputs: Outputs;
}

/** The route of what commands and containers of a run wrote. */
export const outputRoutes = (parts: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/runs/{runId}/output',
    access: 'logs',
    summary: 'What the commands and containers of a run wrote; with follow=true as server-sent events until its end',
    tag: 'Runs',
    params: v.strictObject({ runId: v.pipe(v.string(), v.maxLength(64)) }),
    query: outputQuery,
    answers: { 200: runOutput },
    handle: async ({ params: { runId }, query, header }) => {
      await parts.runs.get(runId);
      if (query.follow !== 'true') return { body: await pageOf(parts.outputs, runId, query) };
      const afterSeq = Number(header('last-event-id')) || 0;
      return { stream: (sink) => follow(parts, runId, { ...filterOf(query), afterSeq }, sink) };
    },
  }),
];

type Row = Awaited<ReturnType<Outputs['read']>>[number];

const filterOf = ({ step, target, q }: OutputQuery) => ({ step, position: target, q, limit: piecesAtOnce });

const pageOf = async (outputs: Outputs, runId: string, query: OutputQuery) => {
  const filter = { ...filterOf(query), afterSeq: Number(query.cursor ?? 0) || 0, limit: query.limit + 1 };
  const rows = await outputs.read(runId, filter);
  const page = rows.slice(0, query.limit);
  return {
    items: page.map(presentPiece),
    truncated: await outputs.isTruncated(runId, filter),
    nextCursor: rows.length > query.limit ? String(page.at(-1)?.seq) : null,
  };
};

const presentPiece = ({ step, position, stream, text, at }: Row): OutputPiece => ({
  step,
  target: position,
  stream: stream === 'stderr' ? 'stderr' : 'stdout',
  text,
  at: new Date(at).toISOString(),
});

/** Sends `output` for each piece and, when the run is over, one `end`; a reader that comes back misses nothing. */
const follow = async ({ runs, outputs }: Parts, runId: string, filter: OutputFilter, sink: EventSink) => {
  let wake = Promise.withResolvers<void>();
  const onNews = () => wake.resolve();
  sink.signal.addEventListener('abort', onNews);
  const stop = outputs.onNews(runId, onNews);
  try {
    let { afterSeq } = filter;
    while (!sink.signal.aborted) {
      wake = Promise.withResolvers();
      // Asked before the output is read: what a run wrote is on the disk before it is over.
      const isOver = isFinal((await runs.get(runId)).outcome);
      const rows = await outputs.read(runId, { ...filter, afterSeq });
      for (const row of rows) {
        await sink.send({ id: String(row.seq), event: 'output', data: JSON.stringify(presentPiece(row)) });
        afterSeq = row.seq;
      }
      if (rows.length === filter.limit) continue;
      if (isOver) return await sendEnd(outputs, runId, filter, sink);
      await wake.promise;
    }
  } finally {
    sink.signal.removeEventListener('abort', onNews);
    stop();
  }
};

const sendEnd = async (outputs: Outputs, runId: string, filter: OutputFilter, sink: EventSink): Promise<void> => {
  const truncated = await outputs.isTruncated(runId, filter);
  await sink.send({ event: 'end', data: JSON.stringify({ truncated }) });
};
