import { globSync, readdirSync, readFileSync } from 'node:fs';

/**
 * What a test run has left on the machine: processes, mounts and cgroups. Everything that a test starts inherits the
 * name of the run in its environment; the lab puts the name into directories and cgroups. Network namespaces need no
 * look: the lab's have no name, and go with their last process.
 */
export const leftovers = (run: string, directory: string): string[] => [
  ...processes(run),
  ...mounts(directory),
  ...globSync(`/sys/fs/cgroup/{,*/}chr-lab-${run}-*`).map((path) => `the cgroup ${path}`),
];

const processes = (run: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readIfOurs(`/proc/${pid}/environ`).split('\0').includes(`CHRONTAINER_TEST_RUN=${run}`))
    .map((pid) => `process ${pid}: ${readIfOurs(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);

const mounts = (directory: string): string[] =>
  readIfOurs('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`))
    .map((path) => `the mount ${path}`);

/** Empty for a process that ended while we looked, and for one that even root may not look into: it is not ours. */
const readIfOurs = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return '';
    throw error;
  }
};
