import type { LogLevel } from '../../../contract/logs.ts';
import type { Query } from '../../router/match.ts';

/** What the page of logs shows, as it stands in the address. */
export interface LogView {
  /** As `1:web`. */
  containers: string[];
  q: string;
  isRegex: boolean;
  /** The least grave level that is shown; empty for all lines. */
  level: LogLevel | '';
  stream: '' | 'stdout' | 'stderr';
  /** The line that was linked to: `1:web@2026-11-25T23:24:11.799876689Z`. */
  line: string;
}

const byGravity: LogLevel[] = ['error', 'warn', 'info', 'debug'];

export function logViewFrom(query: URLSearchParams): LogView {
  const level = query.get('level');
  const stream = query.get('stream');
  return {
    containers: (query.get('containers') ?? '').split(',').filter((part) => /^\d+:.+$/.test(part)),
    q: query.get('q') ?? '',
    isRegex: query.get('regex') === 'true',
    level: byGravity.find((one) => one === level) ?? '',
    stream: stream === 'stdout' || stream === 'stderr' ? stream : '',
    line: query.get('line') ?? '',
  };
}

/** The changes of the address for a change of the view. */
export function logQueryOf(change: Partial<LogView>): Record<string, string | null> {
  const query: Record<string, string | null> = {};
  if (change.containers !== undefined) query['containers'] = change.containers.join(',');
  if (change.q !== undefined) query['q'] = change.q;
  if (change.isRegex !== undefined) query['regex'] = change.isRegex ? 'true' : null;
  if (change.level !== undefined) query['level'] = change.level;
  if (change.stream !== undefined) query['stream'] = change.stream;
  if (change.line !== undefined) query['line'] = change.line;
  return query;
}

/** What the API is asked for. */
export function logParameters(view: Pick<LogView, 'containers' | 'q' | 'isRegex' | 'level' | 'stream'>): Query {
  const { containers, q, isRegex, level, stream } = view;
  return {
    containers: containers.join(','),
    q,
    regex: isRegex && q !== '' ? 'true' : null,
    levels: level === '' ? null : byGravity.slice(0, byGravity.indexOf(level) + 1).join(','),
    stdout: stream === 'stderr' ? 'false' : null,
    stderr: stream === 'stdout' ? 'false' : null,
  };
}

/** How the API and the address name a container. */
export function refOf({ hostId, container }: { hostId: number; container: string }): string {
  return `${hostId}:${container}`;
}
