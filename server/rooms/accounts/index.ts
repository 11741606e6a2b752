export { Accounts } from './accounts.ts';
export type { PostOffice } from './mail/index.ts';
export { accountsRoutes } from './routes.ts';
