export { RegistryClient } from './client.ts';
export type { RegistryFault } from './error.ts';
export { deniedWords, RegistryError } from './error.ts';
export type { Child, Manifest, Platform } from './manifest.ts';
export { childFor } from './manifest.ts';
export type { RegistryAccount, RegistryPlace } from './place.ts';
export { engineAddressOf, plainPlace } from './place.ts';
export type { Reference } from './reference.ts';
export { digestsAt, dockerHub, fullName, parseReference } from './reference.ts';
