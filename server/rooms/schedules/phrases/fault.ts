/** A phrase that cannot be understood, or not without a guess; the message is for the user. */
export class PhraseFault extends Error {}

/** A fault with two phrases that would do, each without quotes. */
export function fault(what: string, first: string, second: string): PhraseFault {
  return new PhraseFault(`${what}: write for example "${first}" or "${second}"`);
}
