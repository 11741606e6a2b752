import en from '../../text/en.json' with { type: 'json' };
import type { TextKey } from '../../text/t.ts';
import { t } from '../../text/t.ts';

/** What was done or tried, in words; a kind that the catalogue does not know yet shows its own name, `backup.made`. */
export function activityWords(action: string): string {
  const key = `did.${action}`;
  return isKey(key) ? t(key) : action.replace(/[._]/g, ' ');
}

function isKey(key: string): key is TextKey & `did.${string}` {
  return Object.hasOwn(en, key);
}
