import { request } from 'node:http';

/** What an engine answered. `json` is what the body parses to, its text where it is not JSON, null where it is empty. */
export interface EngineAnswer {
  status: number;
  json: unknown;
}

const deadlineMs = 60_000;

/**
 * One call to an engine's API over its socket, without any of the program's own code, so that tests can compare the
 * two. A body of bytes is sent as it is, anything else as JSON. Rejects only when no answer comes.
 */
export const callEngine = (
  socket: string,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<EngineAnswer> =>
  new Promise((resolve, reject) => {
    const raw = body instanceof Uint8Array;
    const bytes = raw ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...more,
      ...(bytes && {
        'content-type': raw ? 'application/x-tar' : 'application/json',
        'content-length': bytes.byteLength,
      }),
    };
    const call = request({ socketPath: socket, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, json: parse(Buffer.concat(chunks).toString()) }),
      );
    });
    call.setTimeout(deadlineMs, () => call.destroy(new Error(`${method} ${path}: no answer in ${deadlineMs} ms`)));
    call.on('error', reject);
    call.end(bytes);
  });

const parse = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
};
