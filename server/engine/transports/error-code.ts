import { isFields, textOf } from '../fields.ts';

/** Node's code of an error, for example ECONNREFUSED; empty where it has none. */
export const codeOf = (error: unknown): string => (isFields(error) ? textOf(error['code']) : '');
