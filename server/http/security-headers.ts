/**
 * Sent with every answer. Nothing inline, nothing from elsewhere, no framing, and no script from a string: a name or
 * a label that got into the page as HTML could still do nothing.
 */
const always = {
  'Content-Security-Policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** A year; other names of the same domain are the owner's affair. */
const onHttps = { ...always, 'Strict-Transport-Security': 'max-age=31536000' };

/** The headers that protect the browser, by the scheme of the connection. */
export const securityHeaders = (isSecure: boolean): Record<string, string> => (isSecure ? onHttps : always);
