/** Of an issuer's address what tells it from others: `id.example.org`. */
export const hostOf = (issuer: string): string => URL.parse(issuer)?.host ?? issuer;
