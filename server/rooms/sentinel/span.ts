const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long something lasted, as people say it: `40 s`, `12 min`, `5 h`, `3 days`. */
export const span = (ms: number): string => {
  if (ms < 2 * minuteMs) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * hourMs) return `${Math.round(ms / minuteMs)} min`;
  return ms < 48 * hourMs ? `${Math.round(ms / hourMs)} h` : `${Math.round(ms / (24 * hourMs))} days`;
};
