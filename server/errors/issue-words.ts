import type * as v from 'valibot';

type Issue = v.BaseIssue<unknown>;

const typeWords: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  strict_object: 'an object',
  record: 'an object',
};

/** A fault as a remedy, for example `must be at most 100`. Messages that a schema brings along stay as they are. */
export const describeIssue = (issue: Issue): string => {
  if (!/^Invalid [\w ]+: (Expected|Received) /.test(issue.message)) return issue.message;
  return issue.kind === 'schema' ? describeType(issue) : describeLimit(issue);
};

const describeType = (issue: Issue): string => {
  if (issue.received === 'undefined') return 'is required';
  return `must be ${typeWords[issue.type] ?? listed(issue.expected ?? 'something else')}`;
};

const describeLimit = (issue: Issue): string => {
  const limit = String(issue.requirement);
  switch (issue.type) {
    case 'min_value':
      return `must be at least ${limit}`;
    case 'max_value':
      return `must be at most ${limit}`;
    case 'min_length':
      if (Array.isArray(issue.input)) return `must hold at least ${limit}`;
      return limit === '1' ? 'must not be empty' : `must be at least ${limit} characters`;
    case 'max_length':
      return Array.isArray(issue.input) ? `must hold at most ${limit}` : `must be at most ${limit} characters`;
    case 'integer':
      return 'must be a whole number';
    default:
      return 'has the wrong form';
  }
};

/** Valibot writes `("a" | "b")`. */
const listed = (expected: string): string =>
  expected
    .replace(/^\((.*)\)$/, '$1')
    .replaceAll(' | ', ', ')
    .replaceAll('"', '');
