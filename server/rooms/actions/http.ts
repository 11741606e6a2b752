import type { Step } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import type { OutboundAnswer } from '../../outbound/index.ts';
import { OutboundError } from '../../outbound/index.ts';
import type { Attempted, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';

/** How long the other side may take when the step names no time. */
const usualTimeoutMs = 30_000;
/** RFC 9110, 9.2.2: doing these twice is the same as doing them once. */
const repeatable = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
/** The other side says itself that it has not done it. */
const refusals = new Set([429, 503]);

/**
 * Calls an address. Of the answer only the status is kept: what stands in it is nobody's business here. It needs the
 * right to commands, since it reaches further than the containers.
 */
export const http: StepKind = {
  name: 'http',
  scope: 'none',
  options: ['url', 'method', 'headers', 'body', 'successStatuses'],
  required: ['url'],
  right: 'exec',
  check: checkBody,
  attempt: async (work) => {
    await work.dispatch({});
    return call(work);
  },
  resume: async ({ step }) =>
    repeatable.has(methodOf(step))
      ? null
      : ended('interrupted', 'Chrontainer was interrupted, and nobody can tell whether the request had arrived'),
};

const methodOf = ({ options }: Step): string => options?.method ?? 'GET';

function checkBody({ options }: Step, path: string): FieldError[] {
  if (options?.body === undefined || !['GET', 'HEAD'].includes(options.method ?? 'GET')) return [];
  const message = `does nothing with ${options.method ?? 'GET'}; leave it out, or choose POST`;
  return [{ path: path ? `${path}.options.body` : 'options.body', message }];
}

const call = async ({ step, outbound, signal }: Work): Promise<Attempted> => {
  const { url = '', headers, body } = step.options ?? {};
  const method = methodOf(step);
  try {
    const optional = { ...(headers && { headers }), ...(body !== undefined && { body }) };
    const timeoutMs = step.timeoutMs ?? usualTimeoutMs;
    return judge(step, await outbound.send({ url, method, ...optional, timeoutMs, signal }));
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return failure(error, method);
  }
};

const judge = (step: Step, { status }: OutboundAnswer): Attempted => {
  const wanted = step.options?.successStatuses;
  const isSuccess = wanted ? wanted.includes(status) : status >= 200 && status < 300;
  if (isSuccess) return ended('succeeded', `answered ${status}`);
  const expected = wanted ? wanted.join(', ') : '200 to 299';
  const mayRetry = refusals.has(status) || (status >= 500 && repeatable.has(methodOf(step)));
  return { ...ended('failed', `answered ${status}, not ${expected}`), mayRetry };
};

const failure = (error: OutboundError, method: string): Attempted => {
  const mayRetry = error.kind !== 'refused' && (!error.mayHaveHappened || repeatable.has(method));
  return { ...ended(error.kind === 'timeout' ? 'timed_out' : 'failed', error.message), mayRetry };
};
