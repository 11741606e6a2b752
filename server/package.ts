import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

const packageFile = v.object({ version: v.string() });

/** The folder that holds package.json: two levels above the bundle, one above the sources. */
export const packageRoot = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new Error(`package.json is missing above ${import.meta.dirname}`);
    folder = dirname(folder);
  }
  return folder;
};

/** The version of the program, from package.json. */
export const packageVersion = (): string =>
  v.parse(packageFile, JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))).version;
