import type { UpdateReason } from '../../../contract/index.ts';

type Silent = Exclude<UpdateReason, 'not_found' | 'denied' | 'realm' | 'limited' | 'unreachable' | 'refused' | 'odd'>;

const sentences: Record<Silent, string> = {
  unchecked: 'The registry was not asked yet.',
  off: 'Checks for updates are switched off. Ask by hand, or switch them on in the settings.',
  no_name: 'It was made of a bare ID: the name that a registry would be asked for is not known.',
  pinned: 'Its name says by a digest which image it is to be: it has no newer one.',
  local: 'Its image was built or loaded here, or is gone: there is no registry to compare it with.',
  host_away: 'Its host was not asked yet what it has of the image.',
  unsure: 'A newer image was seen once. It counts when it is seen a second time.',
  blocked:
    'Its newest image was rolled back here. The next newer one is offered again; to take this one, update by hand with force.',
  platform: 'There is a newer image under that name, but none for this platform.',
};

const isSilent = (reason: UpdateReason): reason is Silent => Object.hasOwn(sentences, reason);

/** @param told what the registry's fault was; it has a sentence of its own */
export const wordsFor = (reason: UpdateReason | null, told: string | null): string | null => {
  if (reason === null) return null;
  return isSilent(reason) ? sentences[reason] : told;
};
