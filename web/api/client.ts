import type { HealthAnswer } from '../../contract/service.ts';
import { apiPath, basePath } from '../router/base.ts';
import type { Query } from '../router/match.ts';
import { queryString } from '../router/match.ts';
import { t } from '../text/t.ts';
import { ProblemError, toProblem } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface CallOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** A refusal of theirs says nothing of the session. */
const signIns = new Set(['/session', '/session/passkey', '/session/oidc/second-factor']);

/** The API as the browser calls it: JSON both ways, every failure a ProblemError. */
export class Api {
  /** Called on a 401 of any call but sign-in itself: the session is over. */
  onSignedOut: () => void = () => undefined;
  /** Asks for the password again; false when the person would rather not. */
  onConfirm: () => Promise<boolean> = async () => false;

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.#call('GET', path + queryString(query), { signal });
  }

  post<T = void>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
    return this.#call('POST', path, { body, signal });
  }

  put<T = void>(path: string, body: unknown): Promise<T> {
    return this.#call('PUT', path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, { body });
  }

  delete<T = void>(path: string): Promise<T> {
    return this.#call('DELETE', path, { body: {} });
  }

  /** How the server is. It answers with a status of its own while it is not well, which is no failure of the call. */
  async health(): Promise<HealthAnswer> {
    const response = await this.#send('GET', `${basePath}/health`, {});
    const body = await bodyOf(response);
    if (typeof body === 'object' && body !== null && 'checks' in body) return body as HealthAnswer;
    throw new ProblemError(toProblem(response.status, response.statusText, body));
  }

  async #call<T>(method: Method, path: string, options: CallOptions): Promise<T> {
    const response = await this.#send(method, apiPath + path, options);
    const body = await bodyOf(response);
    // The contract's types: server and UI are built from the same schemas, so the answer is not parsed again.
    if (response.ok) return body as T;
    const problem = new ProblemError(toProblem(response.status, response.statusText, body));
    if (problem.status === 401 && !signIns.has(path)) this.onSignedOut();
    if (problem.code !== 'CHR_CONFIRM_PASSWORD') throw problem;
    if (await this.onConfirm()) return this.#call(method, path, options);
    throw new ProblemError({ ...toProblem(403, '', null), title: t('confirm.refused'), code: problem.code });
  }

  async #send(method: Method, url: string, options: CallOptions): Promise<Response> {
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      signal: options.signal ?? null,
      headers: { accept: 'application/json' },
    };
    if (options.body !== undefined) {
      init.body = JSON.stringify(options.body);
      init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    }
    try {
      return await fetch(url, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ProblemError({
        type: 'about:blank',
        title: t('error.unreachable'),
        status: 0,
        code: 'UNREACHABLE',
      });
    }
  }
}

/** The JSON of an answer; null where it has none. */
async function bodyOf(response: Response): Promise<unknown> {
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return isJson && response.status !== 204 ? response.json() : null;
}
