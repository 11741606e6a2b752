import type { Severity } from '../../../../contract/index.ts';

/** The colours of the pages, by how it went. */
export const colours: Record<Severity, string> = {
  info: '#4d535b',
  success: '#05773b',
  warning: '#9c6100',
  error: '#c21725',
};
