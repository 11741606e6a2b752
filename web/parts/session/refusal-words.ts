import type { OidcRefusal } from '../../../contract/oidc.ts';
import type { TextKey } from '../../text/t.ts';
import { t } from '../../text/t.ts';

const keys: Record<OidcRefusal, TextKey> = {
  unreachable: 'refusal.unreachable',
  expired: 'refusal.expired',
  refused: 'refusal.refused',
  unknown: 'refusal.unknown',
  disabled: 'refusal.disabled',
  busy: 'refusal.busy',
  taken: 'refusal.taken',
};

/** Why the provider did not lead in, by the word in the address; null for a word that is none of ours. */
export const refusalWords = (word: string | null): string | null => {
  const key = word !== null && Object.hasOwn(keys, word) ? keys[word as OidcRefusal] : undefined;
  return key ? t(key) : null;
};
