export * from './action.ts';
export * from './registry.ts';
export * from './turnstile.ts';
