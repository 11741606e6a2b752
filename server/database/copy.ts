import { backup, DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/** More pages than a database has: one step copies all of them. */
const everyPage = 2 ** 31 - 1;

/**
 * Copies by SQLite's own backup, which is whole whatever stands in the write-ahead log; in one go, so that those who write
 * meanwhile cannot make it begin anew, and in a thread of its own. @throws what the disk or SQLite says
 */
export const copyDatabase = async (file: string, to: string): Promise<void> => {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    await backup(source, to, { rate: everyPage });
  } finally {
    source.close();
  }
};

/** As text: so it runs the same from the sources and from the built program. */
const code = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const copy = new DatabaseSync(workerData, { readOnly: true });
  const first = copy.prepare('PRAGMA quick_check(1)').get();
  copy.close();
  parentPort.postMessage(String(Object.values(first)[0]));
`;

/**
 * Opens a database file and has SQLite read all of it; `ok`, or what is wrong. In a thread of its own: a large one
 * takes seconds, and schedules fire meanwhile. @throws when it cannot be opened
 */
export const quickCheck = (file: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, workerData: file });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the copy could not be read through')));
  });
