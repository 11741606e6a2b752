import type { WebhookDeed } from '../../../contract/webhooks.ts';
import { t } from '../../text/t.ts';
import { stepWords } from '../schedules/selector-words.ts';

interface Names {
  hosts: { nameOf(id: number): string };
  schedules: { all: readonly { id: number; name: string }[] };
}

/** What a call begins: `Restart web on Local`, `Schedule Nightly backup`. */
export function deedWordsOf(deed: WebhookDeed, { hosts, schedules }: Names): string {
  if (deed.kind === 'schedule') {
    const name = schedules.all.find(({ id }) => id === deed.scheduleId)?.name ?? `#${deed.scheduleId}`;
    return t('webhooks.begins', { name });
  }
  return stepWords(deed, (id) => hosts.nameOf(id), 'alone');
}
