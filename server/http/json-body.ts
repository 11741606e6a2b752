import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ChrontainerError } from '../errors/index.ts';

/** Bytes of a body, and levels of its nesting. */
const maxBytes = 1024 * 1024;
const maxDepth = 32;

/**
 * Reads the JSON body of a request; undefined when it has none. The size is counted while it comes, whatever
 * Content-Length says.
 * @throws 415, 413 or 400
 */
export const readJsonBody = async (incoming: IncomingMessage): Promise<{ text: string; value: unknown }> => {
  if (!hasBody(incoming)) return { text: '', value: undefined };
  checkType(incoming);
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const bytes = await collect(incoming).catch((error: unknown) => {
    // The caller hung up, or what came was no body: that is his fault, and nobody reads the answer.
    throw incoming.errored ? malformed('it was broken off') : error;
  });
  if (bytes.length === 0) return { text: '', value: undefined };
  if (!isUtf8(bytes)) throw malformed('it is not UTF-8');
  const text = bytes.toString('utf8');
  return { text, value: parseSafely(text) };
};

const hasBody = (incoming: IncomingMessage): boolean =>
  incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0;

/** A form of another site cannot send this type without asking first, so the check is one against forgery too. */
const checkType = (incoming: IncomingMessage): void => {
  const type = (incoming.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const encoding = (incoming.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (type === 'application/json' && encoding === 'identity') return;
  throw new ChrontainerError(
    'CHR_WRONG_CONTENT_TYPE',
    'Send the body as uncompressed JSON with the header Content-Type: application/json.',
  );
};

const collect = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** `__proto__` as a key is refused: nothing of ours is called so, and copying it would change an object's nature. */
const parseSafely = (text: string): unknown => {
  const value = parse(text);
  checkShape(value, 1);
  return value;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(describeFault(String(error)));
  }
};

/** V8's message quotes the text, which may hold a password: only the place is taken from it, where it names one. */
const describeFault = (message: string): string => {
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  if (/end of JSON|Unterminated/.test(message)) return 'it ends too early';
  return place ? `there is a fault ${place}` : 'it is not JSON';
};

const checkShape = (value: unknown, depth: number): void => {
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth) throw malformed(`it is nested deeper than ${maxDepth} levels`);
  if (Object.hasOwn(value, '__proto__')) throw malformed('it has a member "__proto__"');
  for (const key of Object.keys(value)) checkText(key);
  for (const item of Object.values(value)) checkShape(item, depth + 1);
};

/** Half of a pair, such as "\\ud800" alone: the database would keep another text than the one that was checked. */
const checkText = (text: string): void => {
  if (!text.isWellFormed()) throw malformed('a text in it has half of a character');
};

const malformed = (why: string): ChrontainerError =>
  new ChrontainerError('CHR_MALFORMED_BODY', `The body cannot be read: ${why}.`);

/** The rest is not read: the connection ends with the answer. */
const tooLarge = (): ChrontainerError =>
  new ChrontainerError('CHR_BODY_TOO_LARGE', 'The body must not be larger than 1 MB (1048576 bytes).', {
    headers: { Connection: 'close' },
  });
