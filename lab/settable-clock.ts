import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A wall clock for processes that can be set while they run; their other clocks go on as they are. */
export interface SettableClock {
  /** Node, as a program that sees this clock: for `runtime` of `startProgram`. */
  runtime: string;
  /** Puts the wall clock so far ahead of the machine's, whole seconds; negative: behind. It counts at once. */
  set(offsetSeconds: number): void;
  close(): void;
}

/** Needs root on Linux, and libfaketime, which `npm test` installs on Debian. */
export const settableClock = (): SettableClock => {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (!library) throw new Error('libfaketime is missing: apt-get install libfaketime');
  const directory = mkdtempSync(join(tmpdir(), 'chr-clock-'));
  const file = join(directory, 'offset');
  const runtime = join(directory, 'node');
  writeFileSync(runtime, script(library, file), { mode: 0o755 });
  const set = (offsetSeconds: number) => {
    // Renamed, so that nobody ever reads half of it.
    writeFileSync(`${file}.new`, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
    renameSync(`${file}.new`, file);
  };
  set(0);
  return { runtime, set, close: () => rmSync(directory, { recursive: true }) };
};

/** The library leaves shared memory behind when its process is killed, so each gets some of its own that goes with it. */
const script = (library: string, file: string): string => `#!/bin/sh
exec unshare --mount sh -c '
  mount -t tmpfs tmpfs /dev/shm && exec env LD_PRELOAD=${library} FAKETIME_TIMESTAMP_FILE=${file} \\
    FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 "$0" "$@"
' '${process.execPath}' "$@"
`;
