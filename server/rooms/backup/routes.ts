import { createReadStream } from 'node:fs';
import * as v from 'valibot';
import { backup, backupName, backups as backupsAnswer } from '../../../contract/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Caller, Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import { builtInRoles } from '../../policy/index.ts';
import type { Backups } from './backups.ts';

const tag = 'Backups';
const base = '/api/v1/backups';
const params = v.strictObject({ backup: backupName });

/** The routes of the database's copies. */
export const backupRoutes = (backups: Backups): Route[] => [
  route({
    method: 'GET',
    path: base,
    access: 'settings',
    summary: 'The copies of the database, what became of the last one, and when the next is due',
    tag,
    answers: { 200: backupsAnswer },
    handle: () => ({ body: backups.list() }),
  }),
  route({
    method: 'POST',
    path: base,
    access: 'settings',
    summary: 'Copy the database now, and read the copy through',
    tag,
    answers: { 201: backup },
    handle: async ({ caller }) => ({ status: 201, body: await backups.makeNow(caller.actor) }),
  }),
  route({
    method: 'GET',
    path: `${base}/{backup}`,
    access: 'settings',
    isSensitive: true,
    summary: 'One copy, for whoever may download it',
    tag,
    params,
    answers: { 200: backup },
    handle: ({ params, caller }) => {
      demandEveryRight(caller);
      return { body: backups.get(params.backup) };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/{backup}/file`,
    access: 'settings',
    isSensitive: true,
    summary: 'Download a copy. It takes every right: it holds the hashes of all passwords',
    tag,
    params,
    answers: { 200: null },
    handle: async ({ params, caller }) => {
      demandEveryRight(caller);
      const path = await backups.take(params.backup, caller.actor);
      const parts = createReadStream(path)[Symbol.asyncIterator]();
      return { outpour: { contentType: 'application/vnd.sqlite3', fileName: params.backup, parts } };
    },
  }),
];

const demandEveryRight = ({ rights }: Caller): void => {
  if ([...builtInRoles.admin].every((one) => rights.canEverywhere(one))) return;
  throw new ChrontainerError('CHR_FORBIDDEN', 'Whoever downloads a copy of the database needs every right.');
};
