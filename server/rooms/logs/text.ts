import type { LogQuery } from '../../../contract/index.ts';
import type { Outpour } from '../../http/index.ts';
import type { Logs } from './logs.ts';
import { mergedEnd } from './logs.ts';
import { textOfLine } from './present.ts';
import type { Source } from './source.ts';

/** The log as plain text, read at the pace of its reader. */
export const logText = (logs: Logs, sources: readonly Source[], query: LogQuery, signal: AbortSignal): Outpour => ({
  contentType: 'text/plain; charset=utf-8',
  fileName: query.download ? fileNameOf(sources) : undefined,
  parts: partsOf(logs, sources, query, signal),
});

async function* partsOf(
  logs: Logs,
  sources: readonly Source[],
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const form = { timestamps: query.timestamps, isMerged: sources.length > 1 };
  const { tail = 'all' } = query;
  if (tail !== 'all') {
    const lines = mergedEnd(await logs.tails(sources, query, tail, signal), tail);
    yield lines.map((line) => textOfLine(line, form)).join('');
    return;
  }
  for await (const lines of logs.history(sources, query, signal, { needsTimes: query.timestamps })) {
    if (lines.length > 0) yield lines.map((line) => textOfLine(line, form)).join('');
  }
}

const fileNameOf = (sources: readonly Source[]): string => {
  const [first] = sources;
  return sources.length === 1 && first ? `${first.name}.log` : 'containers.log';
};
