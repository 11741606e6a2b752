/** The wall clock in epoch milliseconds with fractions, comparable between processes; `Date.now()` has whole ones. */
export const wallClock = (): number => Number(Temporal.Now.instant().epochNanoseconds) / 1e6;
