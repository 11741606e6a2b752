export { addKey, dropOldKeys, openKeyRing } from './key-ring.ts';
export type { SecretPlace } from './secrets.ts';
export { Secrets } from './secrets.ts';
