const blockSize = 512;

/** A file, a directory (no content) or a symbolic link to put into an archive. */
export interface TarEntry {
  path: string;
  mode: number;
  content?: Uint8Array;
  linkTo?: string;
}

/** An archive in the ustar format, as `tar` would write it. Paths have at most 100 bytes. */
export const tar = (entries: TarEntry[]): Uint8Array =>
  Buffer.concat([...entries.flatMap(blocks), Buffer.alloc(2 * blockSize)]);

const blocks = (entry: TarEntry): Uint8Array[] => {
  const content = entry.content ?? new Uint8Array();
  const padding = (blockSize - (content.byteLength % blockSize)) % blockSize;
  return [header(entry, content.byteLength), content, Buffer.alloc(padding)];
};

const header = (entry: TarEntry, size: number): Uint8Array => {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, offset: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, '0'), offset);
  block.write(entry.path, 0, 100);
  octal(entry.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.write(entry.linkTo ? '2' : entry.content ? '0' : '5', 156);
  block.write(entry.linkTo ?? '', 157, 100);
  block.write('ustar\x0000', 257);
  // The checksum counts its own eight bytes as spaces.
  block.fill(' ', 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block.write('\x00 ', 154);
  return block;
};
