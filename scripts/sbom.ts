import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './shipped.ts';
import { shippedPackages } from './shipped.ts';

/** The part of a CycloneDX document that is changed here. */
interface Sbom {
  metadata: { component: { 'bom-ref': string; name: string } };
  components: { 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/**
 * npm's bill of materials, made from the lock file, without what only builds and tests. npm names the project by its
 * folder, and counts what the pages are made of as development.
 */
export const billOfMaterials = (root: string, shipped: readonly ShippedPackage[]): Sbom => {
  const options = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const bill = JSON.parse(execFileSync('npm', options, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 })) as Sbom;
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const kept = new Set(shipped.map((one) => `${one.name}@${one.version}`));
  const isKept = (ref: string): boolean => kept.has(ref);
  const own = bill.metadata.component['bom-ref'];
  return {
    ...bill,
    metadata: { ...bill.metadata, component: { ...bill.metadata.component, name } },
    components: bill.components.filter((component) => isKept(component['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => ref === own || isKept(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
  };
};

/** The licences' own texts, which most licences want beside the code. A package of another machine is not there. */
export const licenceTexts = (root: string, shipped: readonly ShippedPackage[]): string =>
  shipped
    .map(({ name, version, license, folder }) => {
      const files = globSync('{LICEN[CS]E,licen[cs]e,COPYING,NOTICE}*', { cwd: join(root, folder) }).sort();
      const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const shipped = shippedPackages(root);
  const bill = billOfMaterials(root, shipped);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  writeFileSync(join(root, 'dist/third-party-licences.txt'), `${licenceTexts(root, shipped)}\n`);
  console.log(
    `dist/sbom.cdx.json names ${bill.components.length} packages; their licences: dist/third-party-licences.txt`,
  );
}
