import { join } from 'node:path';
import type { ShippedPackage } from './shipped.ts';
import { shippedPackages } from './shipped.ts';

/** Licences (SPDX) that ask for no more than their own text beside the code, so that the whole may be given on under MIT. */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']);

/** Of `A OR B` one is enough, of `A AND B` all are needed; anything less plain is for a person to read. */
const isAllowed = (license: string): boolean =>
  license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => allowed.has(one)));

/** A sentence for each package whose licence is not among the allowed ones. */
export const foreignLicences = (packages: readonly ShippedPackage[]): string[] =>
  packages
    .filter(({ license }) => license === null || !isAllowed(license))
    .map(({ name, version, license, by }) => {
      const through = by.length === 0 ? 'a dependency of ours' : `needed by ${by.join(' → ')}`;
      return `${name}@${version} (${through}) has ${license === null ? 'no licence' : `the licence ${license}`}`;
    });

if (import.meta.main) {
  const packages = shippedPackages(join(import.meta.dirname, '..'));
  const foreign = foreignLicences(packages);
  for (const sentence of foreign) console.log(sentence);
  if (foreign.length > 0) console.log(`Allowed are: ${[...allowed].join(', ')} (scripts/licences.ts)`);
  if (packages.length === 0) console.log('There is no package to check');
  process.exitCode = foreign.length > 0 || packages.length === 0 ? 1 : 0;
}
