import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';
import type { Ground } from './ground.ts';

const commits = 500;

/** What the disk asks for an acknowledged write: every run makes several, so the other figures rest on this one. */
export const measureCommit = async (ground: Ground): Promise<Row[]> => {
  const sqlite = new DatabaseSync(join(ground.directory('commit'), 'commit.db'));
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a INTEGER, b TEXT)');
  const insert = sqlite.prepare('INSERT INTO t VALUES (?, ?)');
  const times = Array.from({ length: commits }, (_, i) => {
    const beganAt = performance.now();
    insert.run(i, 'x'.repeat(500));
    return performance.now() - beganAt;
  });
  sqlite.close();
  return [{ name: 'one SQLite commit on this disk, synchronous=FULL', unit: 'ms', ours: summarise(times) }];
};
