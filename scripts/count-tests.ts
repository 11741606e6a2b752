import type { TestEvent } from 'node:test/reporters';

/** A reporter for node:test that tells only the final numbers, as JSON. */
export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    // Each file has a summary as well; the one of the whole run names none.
    if (event.type === 'test:summary' && !event.data.file) yield JSON.stringify(event.data.counts);
  }
}
