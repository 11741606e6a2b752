import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

/** One import: the file that has it, and what it names: a file of ours (both from the root), or a package. */
interface Import {
  from: string;
  to: string;
}

interface Rule {
  says: string;
  isBrokenBy(found: Import): boolean;
}

const folders = ['contract', 'server', 'web', 'lab', 'tests', 'bench', 'scripts'];
const topOf = (path: string): string => path.split('/')[0] ?? '';
const isTest = (path: string): boolean => path.endsWith('.test.ts');

/** `server/rooms/runs` for a file of that room, `server/engine` for one of the engine's; none for others. */
const roomOf = (path: string): string | undefined => /^server\/(rooms\/[^/]+|[^/.]+)(?=\/)/.exec(path)?.[0];

/** From which folders each folder may take; those that are not named may take from all. */
const sources: Record<string, string[]> = {
  contract: ['contract'],
  web: ['web', 'contract'],
  server: ['server', 'contract'],
};

const rules: Rule[] = [
  {
    says: 'contract takes from nobody, server and web take from contract only; their tests may use the lab',
    isBrokenBy: ({ from, to }) => {
      const allowed = sources[topOf(from)];
      if (!allowed || !folders.includes(topOf(to)) || allowed.includes(topOf(to))) return false;
      return !(isTest(from) && topOf(to) === 'lab');
    },
  },
  {
    says: 'a room is entered through its index.ts (or http/route.ts, which declares a route)',
    isBrokenBy: ({ from, to }) => {
      const room = roomOf(to);
      // Measuring a part by itself is what bench is for.
      if (topOf(from) === 'bench') return false;
      return room !== undefined && room !== roomOf(from) && to !== `${room}/index.ts` && to !== 'server/http/route.ts';
    },
  },
  {
    says: 'only server/database opens the database',
    isBrokenBy: ({ from, to }) =>
      to === 'node:sqlite' && topOf(from) === 'server' && roomOf(from) !== 'server/database',
  },
];

/** The imports in `root` that break a rule, as sentences, and how many files were read. */
export const brokenDirections = (root: string): { files: number; broken: string[] } => {
  const files = globSync(`{${folders.join()}}/**/*.{ts,svelte}`, { cwd: root }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const imports = files.flatMap((from) => importsOf(root, from));
  const broken = imports.flatMap((found) =>
    rules.filter((rule) => rule.isBrokenBy(found)).map(({ says }) => `${found.from} imports ${found.to}: ${says}`),
  );
  return { files: files.length, broken: [...new Set(broken)] };
};

const importsOf = (root: string, from: string): Import[] => {
  const text = readFileSync(join(root, from), 'utf8');
  const code = from.endsWith('.svelte') ? scriptsOf(text) : text;
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => ({
    from,
    to: fileName.startsWith('.') ? posix.join(dirname(from), fileName) : fileName,
  }));
};

const scriptsOf = (svelte: string): string =>
  [...svelte.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script]) => script).join('\n');

if (import.meta.main) {
  const { files, broken } = brokenDirections(join(import.meta.dirname, '..'));
  for (const sentence of broken) console.log(sentence);
  if (files === 0) console.log('There is nothing to check here');
  process.exitCode = broken.length > 0 || files === 0 ? 1 : 0;
}
