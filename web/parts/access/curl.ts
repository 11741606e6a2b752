/** A line for a shell that asks something with an API key. */
export function keyCurl(origin: string, key: string): string {
  return `curl -H 'X-API-Key: ${key}' ${quoted(`${origin}/api/v1/containers`)}`;
}

/** A line for a shell that calls a webhook; where calls are signed, the lines that sign it. */
export function webhookCurl(origin: string, path: string, secret: string | null): string {
  const url = quoted(origin + path);
  if (secret === null) return `curl -X POST ${url}`;
  return [
    `now=$(date +%s); body='{}'`,
    `signature=$(printf '%s.%s' "$now" "$body" | openssl dgst -sha256 -hmac ${quoted(secret)} -hex | sed 's/.* //')`,
    `curl -X POST ${url} -H 'Content-Type: application/json' -H "X-Chrontainer-Timestamp: $now" \\`,
    `  -H "X-Chrontainer-Signature: sha256=$signature" -d "$body"`,
  ].join('\n');
}

function quoted(text: string): string {
  return /^[\w:/.?&=%-]+$/.test(text) && !text.includes('&') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
