import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What the lock file says of a package in a folder. */
export interface LockedPackage {
  name?: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  devDependencies?: Record<string, string>;
}

/** A package that goes to users, and how it was reached from ours. */
export interface ShippedPackage {
  name: string;
  version: string;
  license: string | null;
  /** Where it is installed, from the root. */
  folder: string;
  /** The packages that lead to it, ours first. */
  by: string[];
}

type Locked = Record<string, LockedPackage>;

/**
 * Every package whose code may go to users, with all that it depends on: the dependencies of the program, and what the
 * pages import, which the build copies into their files whether package.json calls it a development dependency or not.
 */
export const shippedPackages = (root: string): ShippedPackage[] => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Locked };
  const ours = packages[''] ?? { version: '' };
  const known = { ...ours.devDependencies, ...neededBy(ours) };
  const ofPages = importsOfPages(root).filter((name) => Object.hasOwn(known, name));
  const found = new Map<string, ShippedPackage>();
  const waiting = [...new Set([...Object.keys(neededBy(ours)), ...ofPages])].map((name) => ({
    name,
    from: '',
    by: [] as string[],
  }));
  for (const { name, from, by } of waiting) {
    const folder = folderOf(packages, from, name);
    const locked = folder === null ? undefined : packages[folder];
    if (folder === null || !locked || found.has(folder)) continue;
    const { version, license = null } = locked;
    found.set(folder, { name: locked.name ?? name, version, license, folder, by });
    for (const next of Object.keys(neededBy(locked))) waiting.push({ name: next, from: folder, by: [...by, name] });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const neededBy = (one: LockedPackage): Record<string, string> => ({
  ...one.dependencies,
  ...one.optionalDependencies,
  ...Object.fromEntries(
    Object.entries(one.peerDependencies ?? {}).filter(([name]) => !one.peerDependenciesMeta?.[name]?.optional),
  ),
});

/** As Node looks for it: in the package itself, then in every folder above; null for one of another machine. */
const folderOf = (packages: Locked, from: string, name: string): string | null => {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const folder = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (packages[folder]) return folder;
    if (place === '') return null;
  }
};

const importsOfPages = (root: string): string[] =>
  globSync('web/**/*.{ts,svelte}', { cwd: root })
    .filter((path) => !/\.test\.ts$|\.config\.[jt]s$/.test(path))
    .flatMap((path) => ts.preProcessFile(readFileSync(join(root, path), 'utf8'), true, true).importedFiles)
    .map(({ fileName }) => /^(@[^/]+\/)?[^./:][^/:]*(?=\/|$)/.exec(fileName)?.[0] ?? '')
    .filter((name) => name !== '');
