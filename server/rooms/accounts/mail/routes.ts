import {
  accountMail,
  accountMailInput,
  emailVerification,
  me,
  passwordByLink,
  passwordLinkRequest,
} from '../../../../contract/index.ts';
import type { Route } from '../../../http/index.ts';
import { route } from '../../../http/index.ts';
import type { Profiles } from '../profiles.ts';
import type { AccountMailer } from './account-mail.ts';
import type { Addresses } from './addresses.ts';
import type { PasswordLinks } from './password-links.ts';

interface Parts {
  mailer: AccountMailer;
  passwordLinks: PasswordLinks;
  addresses: Addresses;
  profiles: Profiles;
}

/** The routes of mail to accounts: links for new passwords, and to verify addresses. */
export const mailRoutes = (parts: Parts): Route[] => [
  ...passwordRoutes(parts),
  ...addressRoutes(parts),
  ...settingRoutes(parts),
];

const passwordRoutes = ({ passwordLinks }: Parts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session/password-link',
    access: 'public',
    summary: 'Mails a link for a new password, if there is such an account; the answer is the same where there is none',
    tag: 'Accounts',
    body: passwordLinkRequest,
    answers: { 204: null },
    handle: async ({ body, address }) => {
      await passwordLinks.ask(body.name, address);
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/password',
    access: 'public',
    summary: 'Sets a new password by a mailed link; every session of the account ends',
    tag: 'Accounts',
    body: passwordByLink,
    answers: { 204: null },
    handle: async ({ body, address }) => {
      await passwordLinks.use(body.token, body.newPassword, address);
      return { status: 204 };
    },
  }),
];

const addressRoutes = ({ addresses, profiles }: Parts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/me/email/link',
    access: 'session',
    summary: 'Mails a link to my address, to show that it is mine',
    tag: 'My account',
    answers: { 204: null },
    handle: async ({ caller }) => {
      await addresses.ask(caller);
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/email/verification',
    access: 'session',
    summary: 'Shows, by a mailed link, that my address is mine',
    tag: 'My account',
    body: emailVerification,
    answers: { 200: me },
    handle: async ({ body, caller }) => {
      await addresses.verify(body.token, caller);
      return { body: await profiles.get(caller) };
    },
  }),
];

const settingRoutes = ({ mailer }: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/account-mail',
    access: 'users',
    summary: 'Which channel carries mail to accounts',
    tag: 'Users',
    answers: { 200: accountMail },
    handle: async () => ({ body: await mailer.look() }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/account-mail',
    access: 'users',
    isSensitive: true,
    summary: 'Choose which channel carries mail to accounts. It takes every right',
    tag: 'Users',
    body: accountMailInput,
    answers: { 200: accountMail },
    handle: async ({ body, caller }) => ({ body: await mailer.choose(body.channelId, caller) }),
  }),
];
