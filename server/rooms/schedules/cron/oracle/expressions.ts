import fc from 'fast-check';

/** For tests only: any cron expression without `H`, more often than not due in the hours in which clocks change. */
export const expressions: fc.Arbitrary<string> = fc
  .tuple(
    fc.option(seconds(), { freq: 1 }),
    fc.oneof(field(0, 59), fc.constantFrom('0', '30', '15,45', '*/15')),
    fc.oneof(field(0, 23), fc.constantFrom('0', '1', '2', '3', '0,1,2,3', '1-3', '*')),
    dayOfMonth(),
    fc.oneof({ weight: 4, arbitrary: fc.constant('*') }, field(1, 12), fc.constantFrom('MAR', 'SEP-NOV', 'OCT-APR/2')),
    weekday(),
  )
  .map((fields) => fields.filter((text) => text !== null).join(' '));

/** Few of them: each is a slot to compare in each minute. */
function seconds(): fc.Arbitrary<string> {
  return fc.oneof(fc.integer({ min: 0, max: 59 }).map(String), fc.constantFrom('0,30', '50-10/20', '*/20', '40/10'));
}

function field(min: number, max: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: item(min, max) },
    { weight: 1, arbitrary: fc.array(item(min, max), { minLength: 2, maxLength: 4 }).map((items) => items.join(',')) },
  );
}

function item(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const stepUpTo = (count: number) => fc.integer({ min: 1, max: count });
  const span = (from: number, to: number) => (to >= from ? to - from : to - from + max - min + 1) + 1;
  return fc.oneof(
    fc.constant('*'),
    { weight: 3, arbitrary: value.map(String) },
    fc.tuple(value, value).map(([from, to]) => `${from}-${to}`),
    stepUpTo(max - min + 1).map((step) => `*/${step}`),
    value.chain((from) => stepUpTo(max - from + 1).map((step) => `${from}/${step}`)),
    fc.tuple(value, value).chain(([from, to]) => stepUpTo(span(from, to)).map((step) => `${from}-${to}/${step}`)),
  );
}

function dayOfMonth(): fc.Arbitrary<string> {
  const day = fc.integer({ min: 1, max: 31 });
  const moving = fc.oneof(
    fc.constantFrom('L', 'LW', '1W', '31W'),
    fc.integer({ min: 1, max: 30 }).map((days) => `L-${days}`),
    day.map((value) => `${value}W`),
  );
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('*', '?') },
    field(1, 31),
    moving,
    listOfTwo(day.map(String), moving),
  );
}

function weekday(): fc.Arbitrary<string> {
  const day = fc.oneof(fc.integer({ min: 0, max: 7 }).map(String), fc.constantFrom('SUN', 'MON', 'WED', 'SAT'));
  const moving = fc.oneof(
    day.map((value) => `${value}L`),
    fc.tuple(day, fc.integer({ min: 1, max: 5 })).map(([value, nth]) => `${value}#${nth}`),
  );
  const ranges = fc.constantFrom('MON-FRI', 'SAT-SUN', 'FRI-MON', '7');
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('*', '?') },
    field(0, 6),
    ranges,
    moving,
    listOfTwo(day, moving),
  );
}

function listOfTwo(a: fc.Arbitrary<string>, b: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(a, b).map((items) => items.join(','));
}
