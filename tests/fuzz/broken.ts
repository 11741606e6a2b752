import * as fc from 'fast-check';

const host = 'Host: chrontainer.example\r\n';
const json = 'Content-Type: application/json\r\n';
const post = `POST /api/v1/session HTTP/1.1\r\n${host}${json}`;
const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

/** Requests that no client should send, by what is wrong with them, and the statuses that may come of each; 0: none. */
export const broken: Record<string, { bytes: string | Buffer; statuses: number[] }> = {
  'no HTTP at all': { bytes: Buffer.from([0, 1, 2, 255, 13, 10, 13, 10]), statuses: [400] },
  'the beginning of TLS': { bytes: Buffer.from('16030100c8010000c40303', 'hex'), statuses: [400] },
  'HTTP/2': { bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', statuses: [400] },
  'HTTP/9.9': { bytes: `GET /health HTTP/9.9\r\n${host}\r\n`, statuses: [400] },
  'no host': { bytes: 'GET /health HTTP/1.1\r\n\r\n', statuses: [400] },
  'a host that is none': { bytes: 'GET /health HTTP/1.1\r\nHost: a b/\\@:99999\r\n\r\n', statuses: [400] },
  'a host that is nearly one': {
    bytes: `POST /api/v1/session HTTP/1.1\r\nHost: xn--chrontainer.1\r\n${json}Content-Length: 2\r\n\r\n{}`,
    statuses: [400],
  },
  'an address of 200,000 letters': { bytes: `GET /${'a'.repeat(200_000)} HTTP/1.1\r\n${host}\r\n`, statuses: [431] },
  'a header of 200,000 letters': {
    bytes: `GET /health HTTP/1.1\r\n${host}X: ${'a'.repeat(200_000)}\r\n\r\n`,
    statuses: [431],
  },
  '5,000 headers': {
    bytes: `GET /health HTTP/1.1\r\n${host}${many(5000, (i) => `a${i}: b\r\n`)}\r\n`,
    statuses: [431],
  },
  'two lengths': { bytes: `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\n{"a"}`, statuses: [400] },
  'length and chunks': {
    bytes: `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    statuses: [400],
  },
  'a length below zero': { bytes: `${post}Content-Length: -1\r\n\r\n`, statuses: [400] },
  'a length beyond all numbers': { bytes: `${post}Content-Length: 99999999999999999999\r\n\r\n{}`, statuses: [400] },
  'a length of 10 GB': { bytes: `${post}Content-Length: 9999999999\r\n\r\n{}`, statuses: [413] },
  'chunks that are none': { bytes: `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, statuses: [400] },
  'an unknown encoding': { bytes: `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, statuses: [400] },
  'a header over two lines': { bytes: `GET /health HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, statuses: [400] },
  'a space before the colon': { bytes: 'GET /health HTTP/1.1\r\nHost : x\r\n\r\n', statuses: [400] },
  'a NUL in a header': { bytes: `GET /health HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, statuses: [400] },
  'bare line feeds': { bytes: 'GET /health HTTP/1.1\nHost: x\n\n', statuses: [400] },
  'a tunnel': { bytes: `CONNECT elsewhere:1 HTTP/1.1\r\n${host}\r\n`, statuses: [0] },
  'another protocol': {
    bytes: `GET /health HTTP/1.1\r\n${host}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    statuses: [200],
  },
  'an unknown method': { bytes: `FROB /health HTTP/1.1\r\n${host}\r\n`, statuses: [400] },
  'the host of somebody else': {
    bytes: `GET http://elsewhere.example/health HTTP/1.1\r\n${host}\r\n`,
    statuses: [200],
  },
  'a way out of the folder': { bytes: `GET /../../etc/passwd HTTP/1.1\r\n${host}\r\n`, statuses: [404] },
  'a percent sign alone': { bytes: `GET /api/v1/hosts/%zz HTTP/1.1\r\n${host}\r\n`, statuses: [400, 401] },
  'an expectation that nobody has': { bytes: `${post}Expect: bananas\r\nContent-Length: 2\r\n\r\n{}`, statuses: [417] },
  'cookies that are none': {
    bytes: `GET /api/v1/me HTTP/1.1\r\n${host}Cookie: ;;=;a;chrontainer_session;chrontainer_session=\r\n\r\n`,
    statuses: [401],
  },
  'a request inside of a body': {
    bytes: `GET /api/v1/me HTTP/1.1\r\n${host}${json}Content-Length: 30\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n`,
    statuses: [401],
  },
};

const whole = Buffer.from(`${post}Content-Length: 40\r\n\r\n{"username":"owner","password":"a secret"}`);

/** A whole request in which some bytes are others, are missing, or are there twice. */
export const damaged: fc.Arbitrary<Buffer> = fc
  .array(
    fc.record({ at: fc.nat(whole.length - 1), how: fc.constantFrom('change', 'remove', 'repeat'), to: fc.nat(255) }),
    { minLength: 1, maxLength: 6 },
  )
  .map((damages) => {
    const bytes = [...whole];
    for (const { at, how, to } of damages) {
      if (how === 'change') bytes[at] = to;
      else if (how === 'remove') bytes.splice(at, 1);
      else bytes.splice(at, 0, ...bytes.slice(at, at + (to % 20)));
    }
    return Buffer.from(bytes);
  });
