import * as v from 'valibot';
import { healthAnswer, versionAnswer } from '../../../contract/index.ts';
import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import { docsStyle, renderDocs } from './docs-page.ts';
import type { Health } from './health.ts';

const tag = 'Service';

interface Parts {
  version: string;
  health: Health;
  /** The OpenAPI document of the whole program. */
  openApi(): Promise<Record<string, unknown>>;
}

/** What monitors and readers of the API ask for; nothing here needs a sign-in, and nothing names a host or a secret. */
export const serviceRoutes = ({ version, health, openApi }: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/health',
    access: 'public',
    summary: 'Whether the program can serve and write',
    tag,
    answers: { 200: healthAnswer, 503: healthAnswer },
    handle: async () => {
      const body = await health.ask();
      return { status: body.status === 'unavailable' ? 503 : 200, body };
    },
  }),
  route({
    method: 'GET',
    path: '/api/version',
    access: 'public',
    summary: 'The version of the program',
    tag,
    answers: { 200: versionAnswer },
    handle: () => ({ body: { version } }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    access: 'public',
    summary: 'This description, as OpenAPI 3.1',
    tag,
    answers: { 200: v.record(v.string(), v.unknown()) },
    handle: async () => ({ body: await openApi() }),
  }),
  route({
    method: 'GET',
    path: '/api/docs',
    access: 'public',
    summary: 'This description, as a page',
    tag,
    answers: { 200: null },
    handle: async () => ({
      text: { contentType: 'text/html; charset=utf-8', content: renderDocs(await openApi()) },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/docs.css',
    access: 'public',
    summary: "The page's style",
    tag,
    answers: { 200: null },
    handle: () => ({ text: { contentType: 'text/css; charset=utf-8', content: docsStyle } }),
  }),
];
