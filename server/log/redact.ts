/** Keys whose values are secrets, whatever they hold. Compared in lower case without `-` and `_`. */
const secretKeys =
  /(password|passwd|passphrase|secret|token|authorization|cookie|credential|apikey|privatekey|^key$|^pass$)/;
const mark = '[redacted]';
/** Deeper values are of no use in a log line, and a cycle would never end. */
const maxDepth = 6;

/** A copy of `value` that may be logged: no secret keys, no Chrontainer tokens, no passwords in addresses. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return redactError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretKey(key) ? mark : redact(item, depth + 1)]),
  );
};

/** Takes tokens of ours and the user info of addresses out of a text. */
export const redactText = (text: string): string =>
  text
    .replace(/chr_[A-Za-z0-9_-]{8,}/g, `chr_${mark}`)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@?#]+@/gi, `$1${mark}@`)
    .replace(/(\/webhook\/)[^\s/?#]+/g, `$1${mark}`);

const isSecretKey = (key: string): boolean => secretKeys.test(key.toLowerCase().replaceAll(/[-_]/g, ''));

const redactError = (error: Error, depth: number): unknown => ({
  name: error.name,
  message: redactText(error.message),
  ...('code' in error ? { code: error.code } : {}),
  ...(error.stack ? { stack: redactText(error.stack) } : {}),
  ...(error.cause !== undefined && depth < maxDepth ? { cause: redact(error.cause, depth + 1) } : {}),
});
