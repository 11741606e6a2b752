import { globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A wall clock for processes that can be set while they run; their other clocks go on as they are. */
export interface SettableClock {
  /** For the environment of the processes. */
  env: Record<string, string>;
  /** Puts the wall clock so far ahead of the machine's, whole seconds; negative: behind. It counts at once. */
  set(offsetSeconds: number): void;
  close(): void;
}

/** Needs libfaketime, which `npm test` installs on Debian. */
export const settableClock = (): SettableClock => {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (!library) throw new Error('libfaketime is missing: apt-get install libfaketime');
  const directory = mkdtempSync(join(tmpdir(), 'chr-clock-'));
  const file = join(directory, 'offset');
  const set = (offsetSeconds: number) => {
    // Renamed, so that nobody ever reads half of it.
    writeFileSync(`${file}.new`, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
    renameSync(`${file}.new`, file);
  };
  set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // Shared memory would outlive a killed process.
      FAKETIME_DISABLE_SHM: '1',
    },
    set,
    close: () => rmSync(directory, { recursive: true }),
  };
};
