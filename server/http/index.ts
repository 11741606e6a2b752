export { keyStart, presentedKey } from './api-key.ts';
export { Budget } from './budget.ts';
export type { Credentials, EdgeParts, Refusal } from './edge-parts.ts';
export type { ProxyTrust } from './proxy-trust.ts';
export { networksOf, parseProxyTrust } from './proxy-trust.ts';
export * from './route.ts';
export type { HttpApp } from './server.ts';
export { createHttpApp } from './server.ts';
export { Throttle } from './throttle.ts';
