import { StringDecoder } from 'node:string_decoder';
import { EngineError } from './error.ts';
import { readEventLine } from './event-line.ts';
import type { EngineEvent } from './types.ts';

/** An event holds the labels of its container; even careless ones stay far below. */
const longestLine = 4 * 1024 * 1024;

/** Splits an engine's event stream into events. The reader's pace is the stream's: nothing piles up here. */
export async function* readEvents(stream: AsyncIterable<Buffer>): AsyncGenerator<EngineEvent> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw notAnEvent();
    for (const line of lines) {
      const event = line.trim() === '' ? null : parseLine(line);
      if (event) yield event;
    }
  }
}

const parseLine = (line: string): EngineEvent | null => {
  try {
    return readEventLine(line);
  } catch (error) {
    throw notAnEvent(error);
  }
};

const notAnEvent = (cause?: unknown): EngineError =>
  new EngineError({ kind: 'server', message: 'The engine sent something that is no event.', cause });
