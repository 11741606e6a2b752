export * from './catalogue.ts';
export * from './error.ts';
