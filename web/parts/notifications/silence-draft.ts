import type { NotificationEvent } from '../../../contract/notifications.ts';
import type { Silence, SilenceInput } from '../../../contract/silences.ts';
import { t } from '../../text/t.ts';
import { toInstant } from '../../time/zone.ts';
import { allEvents, capital, eventWords } from './events.ts';
import type { Names, Places } from './places-draft.ts';
import { placesOf, placeWords } from './places-draft.ts';

/** A maintenance while it is written; times are those of the instance. */
export interface SilenceDraft extends Places {
  reason: string;
  /** Empty: now. */
  from: string;
  until: string;
  events: NotificationEvent[];
}

export function newSilence(): SilenceDraft {
  return { reason: '', from: '', until: '', events: [], hosts: [], stacks: [], tags: [], schedules: [] };
}

/** As it is sent; a time that is none is sent as it was typed, and refused. */
export function silenceInputOf(draft: SilenceDraft, timeZone: string): SilenceInput {
  const instantOf = (local: string) => {
    const at = toInstant(local, timeZone);
    return at === null ? local : new Date(at).toISOString();
  };
  return {
    reason: draft.reason.trim(),
    ...(draft.from === '' ? {} : { from: instantOf(draft.from) }),
    until: instantOf(draft.until),
    events: allEvents.filter((event) => draft.events.includes(event)),
    ...placesOf(draft),
    subjects: [],
  };
}

/** Of what nothing is told: `Failed runs, on nas`. */
export function silencedWords(silence: Silence, names: Names): string {
  if (silence.subjects.length > 0) return t('silences.repeats');
  const events = silence.events.length > 0 ? capital(eventWords(silence.events)) : t('silences.everything');
  return [events, placeWords(silence, names)].filter(Boolean).join(', ');
}
