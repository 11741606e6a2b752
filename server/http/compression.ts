import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

/** Below this the headers weigh more than what is saved. */
export const smallestCompressed = 1024;

/** What the caller takes, the best first. */
export const acceptedEncodings = (acceptEncoding: string | undefined): Encoding[] => {
  const offers = (acceptEncoding ?? '').toLowerCase().split(',');
  return (['br', 'gzip'] as const).filter((encoding) =>
    offers.some((offer) => {
      const [name, ...parameters] = offer.split(';').map((part) => part.trim());
      return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    }),
  );
};

/** For content that is made once and sent often. */
export const compressWell = (content: Uint8Array, encoding: Encoding): Promise<Uint8Array> =>
  encoding === 'gzip'
    ? promisify(gzip)(content, { level: 9 })
    : promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });

/** For content that is made for one answer. */
export const compressQuickly = (content: Uint8Array): Promise<Uint8Array> => promisify(gzip)(content, { level: 4 });
