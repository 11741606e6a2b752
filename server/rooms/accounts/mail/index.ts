export type { PostOffice } from './account-mail.ts';
export { AccountMailer } from './account-mail.ts';
export { Addresses } from './addresses.ts';
export { MailedLinks } from './mailed-links.ts';
export { PasswordLinks } from './password-links.ts';
export { mailRoutes } from './routes.ts';
