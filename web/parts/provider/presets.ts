import type { ProviderKind } from '../../../contract/oidc.ts';

interface Preset {
  label: string;
  issuer: string;
}

/** What is filled in for a kind, so that it need not be looked up. */
const presets: Record<ProviderKind, Preset> = {
  oidc: { label: '', issuer: '' },
  google: { label: 'Google', issuer: 'https://accounts.google.com' },
  github: { label: 'GitHub', issuer: 'https://github.com' },
};

/** What a field holds once another kind is chosen: what somebody typed stays, what a preset filled in goes. */
export const refilled = (field: keyof Preset, typed: string, kind: ProviderKind): string => {
  const isFilled = Object.values(presets).some((preset) => preset[field] === typed);
  return isFilled ? presets[kind][field] : typed;
};
