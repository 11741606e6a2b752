export { OutboundError } from './error.ts';
export type { OutboundAnswer, OutboundRequest } from './outbound.ts';
export { Outbound } from './outbound.ts';
