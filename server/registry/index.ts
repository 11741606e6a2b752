export { RegistryClient } from './client.ts';
export type { RegistryFault } from './error.ts';
export { RegistryError } from './error.ts';
export type { Child, Manifest, Platform } from './manifest.ts';
export { childFor } from './manifest.ts';
export type { RegistryPlace } from './place.ts';
export { plainPlace } from './place.ts';
export type { Reference } from './reference.ts';
export { digestsAt, dockerHub, fullName, parseReference } from './reference.ts';
