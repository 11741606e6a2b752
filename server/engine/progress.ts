import { EngineError } from './error.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, numberOf, textOf } from './fields.ts';
import { readJsonLines } from './json-lines.ts';

/** A line tells of one layer; more than this is none. */
const longestLine = 1024 * 1024;

/** What an engine tells while it fetches an image. */
export interface PullNews {
  /** The layer, by the beginning of its digest; empty for what concerns the whole image. */
  layer: string;
  /** The engine's own words, for example `Downloading` or `Pull complete`. */
  status: string;
  doneBytes: number;
  /** 0 where the engine does not know. */
  totalBytes: number;
}

/**
 * Reads the progress of a fetch to its end: a failure comes as a line, behind a status that says success.
 * @throws EngineError in the engine's words
 */
export const readProgress = async (
  source: AsyncIterable<Buffer>,
  tell: (news: PullNews) => void = () => undefined,
): Promise<void> => {
  let fault = '';
  for await (const line of readJsonLines(source, longestLine)) {
    // Podman sends the error alone, Docker a detail beside it.
    fault = textOf(line['error']) || textOf(fieldsOf(line['errorDetail'])['message']) || fault;
    const news = newsOf(line);
    if (news.status !== '') tell(news);
  }
  if (fault !== '') throw new EngineError({ kind: 'server', message: fault.slice(0, 500) });
};

const newsOf = (line: Fields): PullNews => {
  const { current, total } = fieldsOf(line['progressDetail']);
  return {
    layer: textOf(line['id']),
    status: textOf(line['status']) || textOf(line['stream']).trim(),
    doneBytes: numberOf(current),
    totalBytes: numberOf(total),
  };
};
