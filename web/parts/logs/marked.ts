/** A text taken apart at what is looked for, in any case. */
export function marked(text: string, needle: string): { text: string; isHit: boolean }[] {
  if (needle === '') return [{ text, isHit: false }];
  const pieces: { text: string; isHit: boolean }[] = [];
  const [lower, wanted] = [text.toLowerCase(), needle.toLowerCase()];
  // Some letters change their length with their case: then the places would be wrong.
  if (lower.length !== text.length) return [{ text, isHit: lower.includes(wanted) }];
  let from = 0;
  for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, from)) {
    if (hit > from) pieces.push({ text: text.slice(from, hit), isHit: false });
    from = hit + wanted.length;
    pieces.push({ text: text.slice(hit, from), isHit: true });
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isHit: false });
  return pieces;
}
