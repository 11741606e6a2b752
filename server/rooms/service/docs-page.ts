import * as v from 'valibot';
import { catalogue } from '../../errors/index.ts';

/** What the page reads of the OpenAPI document. */
const operation = v.object({
  summary: v.string(),
  description: v.string(),
  tags: v.array(v.string()),
  parameters: v.array(v.object({ name: v.string(), in: v.string(), required: v.boolean(), schema: v.unknown() })),
  requestBody: v.optional(v.object({ content: v.record(v.string(), v.object({ schema: v.unknown() })) })),
  responses: v.record(
    v.string(),
    v.object({
      description: v.string(),
      content: v.optional(v.record(v.string(), v.object({ schema: v.unknown() }))),
    }),
  ),
});
type Operation = v.InferOutput<typeof operation>;
const document = v.object({
  info: v.object({ title: v.string(), version: v.string(), description: v.string() }),
  paths: v.record(v.string(), v.record(v.string(), operation)),
});

/** The API as one page: no script, nothing from elsewhere. */
export const renderDocs = (openApi: Record<string, unknown>): string => {
  const { info, paths } = v.parse(document, openApi);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ name: `${method.toUpperCase()} ${path}`, one })),
  );
  const byTag = [...Map.groupBy(all, ({ one }) => one.tags[0] ?? '')];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(info.title)} API</title>
<link rel="stylesheet" href="docs.css">
</head>
<body>
<main>
<h1>${escapeHtml(info.title)} API ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description)}</p>
<p>For programs: <a href="v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${byTag.map(([tag, list]) => `<h2>${escapeHtml(tag)}</h2>\n${list.map(renderOperation).join('\n')}`).join('\n')}
<h2>Errors</h2>
<p>Each is <code>application/problem+json</code> with one of these codes.</p>
<table><tr><th>code</th><th>status</th><th>title</th></tr>
${Object.entries(catalogue).map(renderError).join('\n')}
</table>
</main>
</body>
</html>
`;
};

const renderOperation = ({ name, one }: { name: string; one: Operation }): string => `<details>
<summary><code>${escapeHtml(name)}</code> ${escapeHtml(one.summary)}</summary>
<p>${escapeHtml(one.description)}</p>
${one.parameters.map((p) => renderSchema(`${p.name} (in the ${p.in}${p.required ? ', required' : ''})`, p.schema)).join('')}
${Object.values(one.requestBody?.content ?? {})
  .map((body) => renderSchema('Body', body.schema))
  .join('')}
${Object.entries(one.responses).map(renderResponse).join('')}
</details>`;

const renderResponse = ([status, response]: [string, Operation['responses'][string]]): string => {
  const schemas = Object.values(response.content ?? {});
  if (schemas.length === 0) return `<h3>${escapeHtml(status)}: ${escapeHtml(response.description)}</h3>`;
  return schemas.map(({ schema }) => renderSchema(`${status}: ${response.description}`, schema)).join('');
};

const renderSchema = (title: string, schema: unknown): string =>
  `<h3>${escapeHtml(title)}</h3><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`;

const renderError = ([code, { status, title }]: [string, { status: number; title: string }]): string =>
  `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Light and dark by the reader's system. */
export const docsStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 0.4rem 0; }
h3 { font-size: 1rem; margin-bottom: 0; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; }
`;
