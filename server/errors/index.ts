export * from './catalogue.ts';
export * from './error.ts';
export * from './issue-words.ts';
