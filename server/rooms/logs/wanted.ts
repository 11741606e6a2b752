import type { LogLevel, LogQuery } from '../../../contract/index.ts';
import type { LogLine } from '../../engine/index.ts';
import { invalidInput } from '../../errors/index.ts';
import { levelOf } from './level.ts';

type Filters = Pick<LogQuery, 'q' | 'regex' | 'stdout' | 'stderr' | 'levels'>;

/** Which lines are wanted. */
export interface Wanted {
  /** True when every line is. */
  isAll: boolean;
  has(line: LogLine): boolean;
}

/** Colours and other orders to a terminal: what a reader does not see does not count for a search. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is taken out
const terminalOrders = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;

/** The text as a reader sees it. */
export const visibleText = (text: string): string =>
  text.includes('\u001b') ? text.replaceAll(terminalOrders, '') : text;

export const levelOfLine = ({ text }: LogLine): LogLevel | null => levelOf(visibleText(text.slice(0, 1000)));

/**
 * The test that a line has to pass, made once per query.
 * @throws ChrontainerError CHR_INVALID_INPUT for an expression that cannot be understood, and when nothing is wanted
 */
export const wantedBy = async (filters: Filters): Promise<Wanted> => {
  const { stdout, stderr, levels } = filters;
  if (!stdout && !stderr) throw invalidInput([{ path: 'stdout', message: 'one of stdout and stderr must be true' }]);
  const matches = await textTest(filters);
  const wantedLevels = levels && new Set<LogLevel | null>(levels);
  return {
    isAll: stdout && stderr && !levels && !matches,
    has: (line) =>
      (line.stream === 'stdout' ? stdout : stderr) &&
      (!matches || matches(visibleText(line.text))) &&
      (!wantedLevels || wantedLevels.has(levelOfLine(line))),
  };
};

const textTest = async ({ q, regex }: Filters): Promise<((text: string) => boolean) | null> => {
  if (q === undefined || q === '') return null;
  if (regex) return expressionTest(q);
  const wanted = q.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
};

/** Node's own expressions take for ever on some pairs of pattern and line; these take time by the length only. */
const expressionTest = async (pattern: string): Promise<(text: string) => boolean> => {
  const { RE2JS, RE2JSException } = await import('re2js');
  try {
    const expression = RE2JS.compile(pattern);
    return (text) => expression.test(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw invalidInput([{ path: 'q', message: `is no regular expression that can be used here: ${error.message}` }]);
  }
};
