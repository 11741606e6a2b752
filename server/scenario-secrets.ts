import { tmpdir } from 'node:os';
import { openKeyRing, Secrets } from './secrets/index.ts';

/** What seals stored secrets in tests. */
export const scenarioSecrets = new Secrets(openKeyRing(tmpdir(), 'the secret key of every scenario'));
