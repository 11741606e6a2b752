export { fullPage } from './full-page.ts';
export type { Guard } from './guard.ts';
export { createGuard } from './guard.ts';
export type { Grant, Place, PlaceFinder } from './rights.ts';
export { Rights } from './rights.ts';
export { builtInRoles, isBuiltInRole } from './roles.ts';
export type { Onlooker, Touching } from './sight.ts';
export { beyond, Sight } from './sight.ts';
