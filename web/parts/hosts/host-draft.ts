import type { Host, HostCredential, HostGrant, HostInput, HostPatch, HostTrial } from '../../../contract/hosts.ts';

/** How a host is reached, as the form asks for it. */
export const hostKinds = ['unix', 'ssh', 'tls', 'tcp'] as const;
export type HostKind = (typeof hostKinds)[number];

/** A host while it is edited. What is empty of certificates and keys stays as it is stored. */
export interface HostDraft {
  kind: HostKind;
  name: string;
  url: string;
  color: string;
  grants: HostGrant[];
  ca: string;
  certificate: string;
  key: string;
  fingerprint: string;
  sshKey: string;
  /** The host key that was accepted in this form; empty: none, or the one that is stored. */
  hostKey: string;
  /** What is stored and is to go. */
  removed: HostCredential[];
}

export const emptyHost: HostDraft = {
  kind: 'ssh',
  name: '',
  url: '',
  color: '#5b7083',
  grants: ['observe', 'operate', 'update', 'exec'],
  ca: '',
  certificate: '',
  key: '',
  fingerprint: '',
  sshKey: '',
  hostKey: '',
  removed: [],
};

export function kindOf({ url, tls }: Pick<Host, 'url' | 'tls'>): HostKind {
  if (url.startsWith('ssh:')) return 'ssh';
  if (url.startsWith('unix:')) return 'unix';
  return tls ? 'tls' : 'tcp';
}

export function hostDraftOf(host: Host): HostDraft {
  const { name, url, color, grants, fingerprint } = host;
  return { ...emptyHost, kind: kindOf(host), name, url, color, grants, fingerprint: fingerprint ?? '' };
}

/** What a kind of connection needs, and for an edit that the rest is to go. */
function connectionOf(draft: HostDraft, isEdit: boolean): Omit<HostTrial, 'url' | 'hostId'> {
  const { kind, fingerprint, hostKey } = draft;
  const kept = (text: string) => (text.trim() === '' ? undefined : text);
  const gone = isEdit ? null : undefined;
  const credential = (name: HostCredential) => kept(draft[name]) ?? (draft.removed.includes(name) ? gone : undefined);
  const isTls = kind === 'tls';
  const isSsh = kind === 'ssh';
  const fields = {
    tls: isTls,
    ca: isTls ? credential('ca') : gone,
    certificate: isTls ? credential('certificate') : gone,
    key: isTls ? credential('key') : gone,
    fingerprint: isTls ? (kept(fingerprint) ?? gone) : gone,
    sshKey: isSsh ? credential('sshKey') : gone,
    hostKey: isSsh ? kept(hostKey) : gone,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export function hostInputOf(draft: HostDraft): HostInput {
  const { name, url, color, grants } = draft;
  return { name, url: url.trim(), color, grants, enabled: true, ...connectionOf(draft, false) };
}

/** Only what differs: a change of the name alone must not break the connection. */
export function hostPatchOf(draft: HostDraft, host: Host): HostPatch {
  const { name, color, grants } = draft;
  const url = draft.url.trim();
  const isSameWay = url === host.url && draft.kind === kindOf(host) && draft.fingerprint === (host.fingerprint ?? '');
  const isNothingPasted = [draft.ca, draft.certificate, draft.key, draft.sshKey, draft.hostKey].every(
    (text) => text.trim() === '',
  );
  return {
    ...(name === host.name ? {} : { name }),
    ...(color === host.color ? {} : { color }),
    ...(grants.join() === host.grants.join() ? {} : { grants }),
    ...(isSameWay && isNothingPasted && draft.removed.length === 0
      ? {}
      : { ...(url === host.url ? {} : { url }), ...connectionOf(draft, true) }),
  };
}

export function hostTrialOf(draft: HostDraft, host: Host | null): HostTrial {
  return { ...(host && { hostId: host.id }), url: draft.url.trim(), ...connectionOf(draft, host !== null) };
}

/** The grants after one was switched: updates and commands start and stop containers as well. */
export function withGrant(grants: readonly HostGrant[], grant: HostGrant, isOn: boolean): HostGrant[] {
  const order: HostGrant[] = ['observe', 'operate', 'update', 'exec'];
  const wanted = new Set<HostGrant>(['observe', ...grants]);
  if (isOn) wanted.add(grant).add('operate');
  else if (grant === 'operate') for (const one of order.slice(1)) wanted.delete(one);
  else wanted.delete(grant);
  return order.filter((one) => wanted.has(one));
}
