import { redact, redactText } from './redact.ts';

/** The levels from most to least talkative; a logger writes its own level and those after it. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

type Fields = Record<string, unknown>;
type Write = (fields: Fields, message: string) => void;

/** Writes one line per event. Secrets are taken out of the fields and of the message, whoever put them there. */
export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** A logger whose lines all carry `fields`. */
  child(fields: Fields): Logger;
}

export interface LoggerOptions {
  level: LogLevel;
  /** True on a terminal: lines for people instead of JSON. */
  isPretty: boolean;
  /** Takes each finished line, its line feed included. */
  write: (line: string) => void;
  /** Epoch milliseconds; for tests. */
  now?: () => number;
}

/** The program's log: one JSON object per line, or one readable line per event on a terminal. */
export const createLogger = (options: LoggerOptions, fixed: Fields = {}): Logger => {
  const now = options.now ?? Date.now;
  const lowest = logLevels.indexOf(options.level);
  const render = options.isPretty ? prettyLine : jsonLine;
  const at =
    (level: LogLevel): Write =>
    (fields, message) => {
      if (logLevels.indexOf(level) < lowest) return;
      const time = new Date(now()).toISOString();
      const all = redact({ ...fixed, ...fields }) as Fields;
      options.write(`${render(time, level, redactText(message), all)}\n`);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => createLogger(options, { ...fixed, ...fields }),
  };
};

/** JSON escapes line feeds, so a hostile name cannot fake a line. Our own members come last and win. */
const jsonLine = (time: string, level: LogLevel, message: string, fields: Fields): string =>
  JSON.stringify({ time, level, message, ...withoutOwn(fields) });

const withoutOwn = ({ time: _time, level: _level, message: _message, ...rest }: Fields): Fields => rest;

const colours: Record<LogLevel, number> = { debug: 90, info: 36, warn: 33, error: 31 };

const prettyLine = (time: string, level: LogLevel, message: string, fields: Fields): string => {
  const head = `\u001b[90m${time.slice(11, 19)}\u001b[0m \u001b[${colours[level]}m${level.padEnd(5)}\u001b[0m`;
  const tail = Object.entries(fields).map(([key, value]) => ` \u001b[90m${key}=\u001b[0m${visible(value)}`);
  return `${head} ${visible(message)}${tail.join('')}`;
};

/** Escape sequences and line feeds of hostile text would act on the terminal: they are shown, not sent. */
const visible = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
};
