export * from './health.ts';
export * from './routes.ts';
