import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { idParam, schedule, scheduleInput, scheduleQuery } from '../../contract/index.ts';
import { describeApi } from './openapi.ts';
import { route } from './route.ts';

const routes = [
  route({
    method: 'PATCH',
    path: '/api/v1/schedules/{id}',
    access: 'schedules',
    summary: 'Changes a schedule',
    tag: 'Schedules',
    params: v.object({ id: idParam }),
    query: scheduleQuery,
    body: scheduleInput,
    isIdempotent: true,
    answers: { 200: schedule, 204: null },
    handle: () => ({}),
  }),
];
// biome-ignore lint/suspicious/noExplicitAny: a document as deep as this is read most plainly untyped
const at = (node: unknown, ...path: string[]): any => path.reduce((part: any, key) => part?.[key], node);
const document = await describeApi(routes, '1.2.3');
const operation = at(document, 'paths', '/api/v1/schedules/{id}', 'patch');
const input = at(operation, 'requestBody', 'content', 'application/json', 'schema');

test('the document is OpenAPI 3.1 and names the version', () => {
  assert.equal(document['openapi'], '3.1.0');
  assert.equal(at(document, 'info', 'version'), '1.2.3');
});

test('the body is described by the schema that validates it, as the caller writes it', () => {
  assert.deepEqual(input.required, ['name', 'trigger', 'steps']);
  assert.equal(input.additionalProperties, false);
  assert.equal(input.properties.name.maxLength, 100);
  assert.equal(input.properties.policies.properties.catchUpLimit.default, 10);
  assert.equal(input.properties.trigger.oneOf?.length ?? input.properties.trigger.anyOf?.length, 6);
});

test('parameters are texts before they are transformed, and say where they stand and whether they must', () => {
  const parameters: Record<string, unknown>[] = operation.parameters;
  const brief = parameters.map(({ name, in: place, required }) => `${name} ${place} ${required}`);
  assert.deepEqual(brief, [
    'id path true',
    'limit query false',
    'cursor query false',
    'q query false',
    'host query false',
    'container query false',
    'Idempotency-Key header false',
  ]);
  assert.equal(at(parameters[0], 'schema', 'type'), 'string');
});

test('answers and errors are described, and who may ask', () => {
  assert.equal(at(operation, 'responses', '200', 'content', 'application/json', 'schema', 'type'), 'object');
  assert.equal(at(operation, 'responses', '204', 'content'), undefined);
  assert.ok(at(operation, 'responses', 'default', 'content', 'application/problem+json'));
  assert.equal(at(document, 'components', 'schemas', 'Problem', 'properties', 'errors', 'type'), 'array');
  assert.deepEqual(operation.security, [{ session: [] }, { apiKey: [] }, { bearer: [] }]);
  assert.equal(operation.operationId, 'patchApiV1SchedulesId');
});
