import { StringDecoder } from 'node:string_decoder';
import { EngineError } from './error.ts';
import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';

/**
 * Reads a stream of JSON objects, one a line, at the pace of its reader: nothing piles up here.
 * @param longestLine in characters: what is longer is none of what was asked for
 * @throws EngineError for a line that is no object
 */
export async function* readJsonLines(stream: AsyncIterable<Buffer>, longestLine: number): AsyncGenerator<Fields> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw notAnObject();
    for (const line of lines) if (line.trim() !== '') yield parseLine(line);
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield parseLine(rest);
}

const parseLine = (line: string): Fields => {
  try {
    const value: unknown = JSON.parse(line);
    if (isFields(value)) return value;
  } catch (error) {
    throw notAnObject(error);
  }
  throw notAnObject();
};

const notAnObject = (cause?: unknown): EngineError =>
  new EngineError({ kind: 'server', message: 'The engine sent something that cannot be understood.', cause });
