export * from './routes.ts';
export * from './settings.ts';
