/** Sequences that would colour, move or name a terminal: CSI, OSC with its end, and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is removed
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is removed
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** What a terminal program wrote, as text to read: without colours, and with only the last state of a line that was
 * written over. */
export function plainText(output: string): string {
  return output
    .replace(escapes, '')
    .replace(/\r+\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replace(/\r/g, '')
    .replace(controls, '');
}
