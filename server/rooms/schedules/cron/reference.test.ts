import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { dstPolicy } from '../../../../contract/schedules.ts';
import type { Cron } from './cron.ts';
import { nextSlot } from './next.ts';
import { parseCron } from './parse.ts';
import { describeCron } from './words.ts';

const page = readFileSync(new URL('../../../../docs/reference/cron.md', import.meta.url), 'utf8');

for (const [expression, words] of rows('| Expression | In words |')) {
  test(`the reference page tells ${expression} in words`, () => {
    assert.equal(describeCron(cronOf(expression)), words);
  });
}

for (const [expression, answer] of rows('| Expression | Answer |')) {
  test(`the reference page tells why ${expression} is refused`, () => {
    assert.deepEqual(parseCron(expression ?? ''), { ok: false, message: answer });
  });
}

for (const [written, same] of rows('| Written | The same as |')) {
  test(`the reference page tells what ${written} stands for`, () => {
    for (const macro of (written ?? '').split(', ')) {
      assert.deepEqual({ ...cronOf(macro), expression: same }, cronOf(same));
    }
  });
}

for (const [expression, zone = '', dst, after = '', due] of rows('| Expression | Zone | `dst` | After | Due |')) {
  test(`the reference page tells the slots of ${expression} in ${zone} by ${dst} after ${after}`, () => {
    const cron = cronOf(expression);
    const slots: string[] = [];
    let at = Temporal.Instant.from(after).epochMilliseconds;
    while (slots.length < 3) {
      at = nextSlot(cron, at, zone, v.parse(dstPolicy, dst))?.at ?? Number.NaN;
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      slots.push(local.toString({ smallestUnit: 'minute', timeZoneName: 'never' }));
    }
    assert.equal(slots.join(', '), due);
  });
}

/** The cells of the table with that head, without their backticks; there must be some. */
function rows(head: string): string[][] {
  const [, after] = page.split(`${head}\n`);
  assert.ok(after, `the page has no table ${head}`);
  const lines = after.slice(0, after.indexOf('\n\n')).split('\n').slice(1);
  return lines.map((line) => line.slice(2, -2).replaceAll('`', '').split(' | '));
}

function cronOf(expression = ''): Cron {
  const parsed = parseCron(expression);
  assert.ok(parsed.ok, expression);
  return parsed.cron;
}
