import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyRing, Secrets } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-secrets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(folder, 'data-'));

const configured = 'a secret key of at least 32 characters';
const place = { table: 'notification_channels', row: 1, column: 'secrets' };
const unreadable = { code: 'CHR_SECRET_UNREADABLE', message: /Give back the SECRET_KEY/ };

test('what was sealed can be read again, and does not show what it holds', () => {
  const secrets = new Secrets(openKeyRing(freshFolder(), configured));
  const sealed = secrets.seal('p4ss – wörd', place);
  assert.equal(secrets.open(sealed, place), 'p4ss – wörd');
  assert.match(sealed, /^1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/);
  assert.doesNotMatch(sealed, /p4ss/);
});

test('the same text is sealed differently each time', () => {
  const secrets = new Secrets(openKeyRing(freshFolder(), configured));
  assert.notEqual(secrets.seal('same', place), secrets.seal('same', place));
});

test('a sealed text opens in no other row, column or table', () => {
  const secrets = new Secrets(openKeyRing(freshFolder(), configured));
  const sealed = secrets.seal('text', place);
  for (const other of [{ row: 2 }, { column: 'token' }, { table: 'hosts' }]) {
    assert.throws(() => secrets.open(sealed, { ...place, ...other }), unreadable);
  }
});

test('a text that was changed or cut, or is none, is refused', () => {
  const secrets = new Secrets(openKeyRing(freshFolder(), configured));
  const sealed = secrets.seal('text', place);
  const last = sealed.at(-3) === 'A' ? 'B' : 'A';
  const changed = `${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`;
  for (const text of [changed, sealed.slice(0, -20), 'plain', '']) {
    assert.throws(() => secrets.open(text, place), unreadable);
  }
});

test('another key does not open it, and the message says what to do', () => {
  const sealed = new Secrets(openKeyRing(freshFolder(), configured)).seal('text', place);
  const other = new Secrets(openKeyRing(freshFolder(), `${configured}!`));
  assert.throws(() => other.open(sealed, place), unreadable);
});

test('without a configured key one is made once, for its owner alone, and found again', () => {
  const dataDir = freshFolder();
  const sealed = new Secrets(openKeyRing(dataDir, null)).seal('text', place);
  assert.equal(new Secrets(openKeyRing(dataDir, null)).open(sealed, place), 'text');
  assert.equal(statSync(join(dataDir, 'secret.key')).mode & 0o777, 0o600);
});

test('a configured key makes no file, and what the file sealed before stays readable', () => {
  const dataDir = freshFolder();
  const old = new Secrets(openKeyRing(dataDir, null)).seal('text', place);
  const secrets = new Secrets(openKeyRing(dataDir, configured));
  assert.equal(secrets.open(old, place), 'text');
  assert.equal(secrets.isCurrent(old), false);
  assert.equal(secrets.isCurrent(secrets.seal('text', place)), true);
  const untouched = freshFolder();
  openKeyRing(untouched, configured);
  assert.throws(() => statSync(join(untouched, 'secret.key')), { code: 'ENOENT' });
});

test('a key put before the others seals from then on, and the others still open', () => {
  const dataDir = freshFolder();
  const file = join(dataDir, 'secret.key');
  const old = new Secrets(openKeyRing(dataDir, null)).seal('text', place);
  writeFileSync(file, `a newer key\n${readFileSync(file, 'utf8')}`);
  const secrets = new Secrets(openKeyRing(dataDir, null));
  assert.equal(secrets.open(old, place), 'text');
  assert.equal(secrets.isCurrent(old), false);
});

test('a key file that cannot be read stops the start: another key would lose every secret', () => {
  const dataDir = freshFolder();
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, 'no folder');
  assert.throws(() => openKeyRing(dataDir, null));
});
