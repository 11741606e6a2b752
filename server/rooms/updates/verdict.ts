import type { UpdateReason } from '../../../contract/index.ts';
import type { Manifest, Platform } from '../../registry/index.ts';
import { childFor } from '../../registry/index.ts';
import type { Subject } from './subject.ts';

/** What is under a digest at a registry; of children it knows the configurations that somebody had to look at. */
export interface Contents {
  manifest: Manifest;
  /** The digest of the configuration by that of the child. */
  configs: Record<string, string>;
}

/** What a registry said of an image. */
export interface CheckRecord {
  name: string;
  checkedAt: number;
  nextAt: number;
  /** Of the last answer; null: there was none yet. */
  digest: string | null;
  /** The last one that was answered twice. */
  confirmedDigest: string | null;
  fault: UpdateReason | null;
  message: string | null;
}

export interface Verdict {
  available: boolean | null;
  reason: UpdateReason | null;
  /** The digest that makes the update; of an answer without one the registry's last. */
  newest: string | null;
}

export type Asked = Extract<Subject, { kind: 'asked' }>;

/** How an image that a host has stands to what is under a digest. `unknown`: somebody has to look there first. */
type Standing = 'same' | 'other' | 'no child' | 'unknown';

/** An index may be new while the image for one's own platform is the old one. */
export const standingOf = (
  { imageId, digests }: Asked,
  digest: string,
  { contents, platform }: { contents: Contents | undefined; platform: Platform | undefined },
): Standing => {
  if (digests.includes(digest) || imageId === digest) return 'same';
  if (!contents) return 'unknown';
  const { manifest, configs } = contents;
  if (manifest.kind === 'image') return manifest.configDigest === imageId ? 'same' : 'other';
  if (!platform) return 'unknown';
  const child = childFor(manifest.children, platform);
  if (!child) return 'no child';
  if (digests.includes(child.digest) || imageId === child.digest) return 'same';
  const config = configs[child.digest];
  if (config === undefined) return 'unknown';
  return config === imageId ? 'same' : 'other';
};

interface Known {
  record: CheckRecord | undefined;
  standing(digest: string): Standing;
  isOn: boolean;
}

/** What is said of a container: never an update on one answer alone, and never none because of one fault. */
export const verdictOf = ({ record, standing, isOn }: Known): Verdict => {
  if (!record || record.digest === null) {
    return { available: null, reason: record?.fault ?? (isOn ? 'unchecked' : 'off'), newest: null };
  }
  const { digest, confirmedDigest, fault } = record;
  const now = standing(digest);
  if (now === 'same') return { available: false, reason: fault, newest: digest };
  if (now === 'no child') return { available: false, reason: 'platform', newest: digest };
  if (now === 'other' && digest === confirmedDigest) return { available: true, reason: fault, newest: digest };
  const wasOld = confirmedDigest !== null && standing(confirmedDigest) === 'other';
  if (wasOld) return { available: true, reason: fault, newest: confirmedDigest };
  return { available: null, reason: fault ?? 'unsure', newest: digest };
};
