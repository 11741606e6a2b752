import { StringDecoder } from 'node:string_decoder';
import { EngineError } from './error.ts';
import { isFields, textOf } from './fields.ts';

/** A line tells of one layer; more than this is none. */
const longestLine = 1024 * 1024;

/**
 * Reads the progress of a fetch to its end: a failure comes as the last line, behind a status that says success.
 * @throws EngineError in the engine's words
 */
export const readProgress = async (source: AsyncIterable<Buffer>): Promise<void> => {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let fault = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new EngineError({ kind: 'server', message: 'The engine sent no progress.' });
    for (const line of lines) fault = faultOf(line) || fault;
  }
  fault = faultOf(rest) || fault;
  if (fault !== '') throw new EngineError({ kind: 'server', message: fault.slice(0, 500) });
};

const faultOf = (line: string): string => {
  if (!line.includes('"error"')) return '';
  const told: unknown = JSON.parse(line);
  return isFields(told) ? textOf(told['error']) : '';
};
