export * from './clock.ts';
export * from './time-zone.ts';
export * from './within.ts';
