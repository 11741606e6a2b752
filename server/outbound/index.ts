export { OutboundError } from './error.ts';
export type { OutboundAnswer, OutboundConnection, OutboundRequest } from './outbound.ts';
export { Outbound } from './outbound.ts';
export { retryAfterMs } from './retry-after.ts';
