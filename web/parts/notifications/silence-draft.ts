import type { NotificationEvent } from '../../../contract/notifications.ts';
import type { Silence, SilenceInput } from '../../../contract/silences.ts';
import { t } from '../../text/t.ts';
import { toInstant, toLocal } from '../../time/zone.ts';
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

/** One that is there, to be edited. */
export function silenceDraftOf(silence: Silence, timeZone: string): SilenceDraft {
  const localOf = (instant: string) => toLocal(Date.parse(instant), timeZone);
  const { reason, from, until, events } = silence;
  return { ...placesOf(silence), reason, events: [...events], from: localOf(from), until: localOf(until) };
}

/**
 * As it is sent; a time that is none is sent as it was typed, and refused.
 * @param before the one that is edited: what it is about beside places stays, and so do times to the second
 */
export function silenceInputOf(draft: SilenceDraft, timeZone: string, before?: Silence): SilenceInput {
  const instantOf = (local: string) => {
    const same = [before?.from, before?.until].find(
      (instant) => instant !== undefined && toLocal(Date.parse(instant), timeZone) === local,
    );
    if (same !== undefined) return same;
    const at = toInstant(local, timeZone);
    return at === null ? local : new Date(at).toISOString();
  };
  return {
    reason: draft.reason.trim(),
    ...(draft.from === '' ? {} : { from: instantOf(draft.from) }),
    until: instantOf(draft.until),
    events: allEvents.filter((event) => draft.events.includes(event)),
    ...placesOf(draft),
    subjects: before ? [...before.subjects] : [],
  };
}

/** Of what nothing is told: `Failed runs, on nas`. */
export function silencedWords(silence: Silence, names: Names): string {
  if (silence.subjects.length > 0) return t('silences.repeats');
  const events = silence.events.length > 0 ? capital(eventWords(silence.events)) : t('silences.everything');
  return [events, placeWords(silence, names)].filter(Boolean).join(', ');
}
