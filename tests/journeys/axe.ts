import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as v from 'valibot';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const finding = v.object({
  id: v.string(),
  nodes: v.array(v.object({ html: v.string(), failureSummary: v.optional(v.string()) })),
});

/** To be called before the page is opened: this way axe comes in whatever the content security policy says. */
export const bringAxe = (page: Page): Promise<unknown> => page.addInitScript({ content: axe });

/** The rules that a change of the colours alone can break; by default axe applies no other one that reads colours. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** What axe has against the page as it stands, or against its colours only, and whether one has to scroll sideways. */
export const faultsOf = async (page: Page, name: string, of: 'all' | 'colours' = 'all'): Promise<string[]> => {
  const options = {
    resultTypes: ['violations'],
    // Not the style sheets, which axe would fetch and parse for each look: only a rule that is off by default reads them.
    preload: { assets: ['media'] },
    ...(of === 'colours' && { runOnly: colourRules }),
  };
  const found = v.parse(
    v.array(finding),
    await page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`),
  );
  const faults = found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${name}: ${id}: ${html.slice(0, 300)}: ${failureSummary}`),
  );
  const { scrollWidth, clientWidth } = v.parse(
    v.object({ scrollWidth: v.number(), clientWidth: v.number() }),
    await page.locator(':root').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth })),
  );
  if (scrollWidth > clientWidth) faults.push(`${name}: ${scrollWidth} pixels wide in a window of ${clientWidth}`);
  return faults;
};
