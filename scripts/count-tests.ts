import type { TestEvent } from 'node:test/reporters';

/** The numbers of a test run, and the files that had no test in them: the runner takes each for a passed test. */
export interface TestCount {
  passed: number;
  failed: number;
  skipped: number;
  emptyFiles: string[];
}

/** A reporter for node:test that tells only the final numbers, as JSON. */
export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const emptyFiles: string[] = [];
  for await (const event of events) {
    if (event.type === 'test:pass' && event.data.file?.endsWith(`/${event.data.name}`))
      emptyFiles.push(event.data.name);
    // Each file has a summary as well; the one of the whole run names none.
    if (event.type !== 'test:summary' || event.data.file) continue;
    const { tests, passed, skipped, todo } = event.data.counts;
    const count: TestCount = {
      passed: passed - emptyFiles.length,
      failed: tests - passed - skipped - todo + emptyFiles.length,
      skipped: skipped + todo,
      emptyFiles,
    };
    yield JSON.stringify(count);
  }
}
