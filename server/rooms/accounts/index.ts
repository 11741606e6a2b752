export { Accounts } from './accounts.ts';
export { accountsRoutes } from './routes.ts';
