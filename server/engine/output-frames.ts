import { EngineError } from './error.ts';

/** A piece of what a process wrote. */
export interface OutputPiece {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

/** Stream type, three zeros, and the length of what follows (Docker Engine API, "Stream format" of ContainerAttach). */
const headerLength = 8;

/**
 * Takes the frames of a multiplexed stream apart. A frame is passed on as it comes, never kept until it is whole: its
 * length is what the other side says.
 * @throws EngineError when the stream is none of this format
 */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<OutputPiece> {
  let header = Buffer.alloc(0);
  let stream: OutputPiece['stream'] = 'stdout';
  let left = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const bytes = rest.subarray(0, left);
        left -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield { stream, bytes };
        continue;
      }
      const missing = headerLength - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < headerLength) continue;
      stream = streamOf(header);
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
}

/** 0 is what was written to stdin, which engines mirror to stdout. */
const streamOf = (header: Buffer): OutputPiece['stream'] => {
  const type = header[0] ?? 0;
  if (type > 2) throw new EngineError({ kind: 'server', message: 'The engine sent output of an unknown format.' });
  return type === 2 ? 'stderr' : 'stdout';
};
