import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Answer, Route } from './route.ts';

/**
 * Compares an answer with what its route declares, as a caller would see it: in tests, so that the OpenAPI document
 * does not lie and no field leaves that nobody declared.
 * @throws when status or body were not declared
 */
export const checkAnswer = (route: Route, answer: Answer): void => {
  const status = answer.status ?? 200;
  const name = `${route.method} ${route.path} answered ${status}`;
  const schema = route.answers[status];
  if (schema === undefined) throw new Error(`${name}, which it does not declare`);
  if (answer.text) return;
  if (schema === null) {
    if (answer.body !== undefined) throw new Error(`${name} with a body, and declares none`);
    return;
  }
  const body: unknown = JSON.parse(JSON.stringify(answer.body ?? null));
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw new Error(`${name} with a body that it does not declare: ${v.summarize(parsed.issues)}`);
  if (!isDeepStrictEqual(parsed.output, body)) throw new Error(`${name} with fields that it does not declare`);
};
