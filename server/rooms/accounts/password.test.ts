import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { test } from 'node:test';
import { withScenario } from '../../scenario.ts';
import { isImported, PasswordHasher } from './password-hash.ts';
import { findPasswordFault } from './password-rules.ts';

const refused = `password Password1 Passw0rd! p@ssw0rd2024 pa$$word 12345678 123456789 1234567890 87654321 00000000 11111111
  12341234 abcdefgh abcd1234 abc123abc123 qwertyui qwerty123 qwertz123 1q2w3e4r 1qaz2wsx zxcvbnm1 asdfghjkl iloveyou
  iloveyou1 sunshine Sunshine1! princess1 football1 baseball1 superman1 starwars1 trustno1! letmein1 welcome1 Welcome123!
  dragon123 monkey123 michael1 jennifer1 charlie1 summer2024 Winter2025! changeme changeme123 whatever1 computer1
  internet1 01011990 1990-01-01 19900101 chrontainer Chrontainer1 container1 docker123 dockeradmin docker-admin admin123
  admin1234 administrator rootroot watchtower portainer1 homeassistant raspberry raspberrypi aaaaaaaa abababab adalovelace
  adalovelace1`;

for (const password of refused.split(/\s+/)) {
  const isOwnName = password.startsWith('adalovelace');
  test(`"${password}" is refused${isOwnName ? ' for the user of that name' : ''}`, () => {
    assert.notEqual(findPasswordFault(password, 'adalovelace'), null);
  });
}

for (const password of [
  'correct horse battery staple',
  'seventeen green lamps',
  'Tr0ub4dor&3',
  'docker ship in a blue bottle',
  'xkcd-936-entropy',
  'mein hund heisst walter',
  'kf83nd0q',
  '73920461',
  'пароль длинный и свой',
]) {
  test(`"${password}" is taken: nothing is demanded but that nobody tries it first`, () => {
    assert.equal(findPasswordFault(password, 'ada'), null);
  });
}

test('a hash is argon2id with the demanded costs, salted, and fits its password only', async () => {
  const hasher = new PasswordHasher();
  const [one, other] = await Promise.all([hasher.hash('seventeen green lamps'), hasher.hash('seventeen green lamps')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, other);
  assert.equal(await hasher.verify('seventeen green lamps', one), true);
  assert.equal(await hasher.verify('seventeen green lamp', one), false);
  assert.equal(await hasher.verify('anything', undefined), false);
});

test('the same letters typed in another composition are the same password', async () => {
  const hasher = new PasswordHasher();
  assert.equal(await hasher.verify('gru\u0308ne lampen', await hasher.hash('gr\u00fcne lampen')), true);
});

test('a hash with other costs, as another version may have written it, still fits', async () => {
  const costs = { memory: 4096, passes: 3, parallelism: 1, tagLength: 24 };
  const hash = argon2Sync('argon2id', { message: 'seventeen green lamps', nonce: 'some salt 1234', ...costs });
  const stored = `$argon2id$v=19$m=4096,t=3,p=1$${btoa('some salt 1234').replaceAll('=', '')}$${hash.toString('base64')}`;
  assert.equal(await new PasswordHasher().verify('seventeen green lamps', stored), true);
  assert.equal(await new PasswordHasher().verify('seventeen green lamp', stored), false);
});

test('at most twenty wait for the two that are hashed at once; more are asked to come again', async () => {
  const hasher = new PasswordHasher();
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => hasher.verify('x', undefined)));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 22);
  const busy = results.find((result) => result.status === 'rejected');
  assert.equal(busy?.reason.code, 'CHR_TOO_MANY_REQUESTS');
});

/** Of "seventeen green lamps", made by another program: crypt(3) of Debian's libxcrypt. */
const bcrypt = '$2b$10$abcdefghijklmnopqrstuuObUHo9O671KNNqFBmw5/AdzJhiXq8ou';

test('a bcrypt hash of an import fits its password, and is replaced by one of ours with the first sign-in', () =>
  withScenario({}, async ({ ask, db }) => {
    await db.updateTable('users').set({ password_hash: bcrypt }).where('username', '=', 'viewer').execute();
    const stored = async () => {
      const row = db.selectFrom('users').select('password_hash').where('username', '=', 'viewer');
      return (await row.executeTakeFirstOrThrow()).password_hash;
    };
    const signIn = (password: string) =>
      ask('nobody', 'POST /api/v1/session', { body: { username: 'viewer', password } });
    assert.equal((await signIn('seventeen green lamp')).status, 401);
    assert.equal(await stored(), bcrypt);
    assert.equal((await signIn('seventeen green lamps')).status, 200);
    assert.match(await stored(), /^\$argon2id\$/);
    assert.equal((await ask('viewer', 'GET /api/v1/me')).status, 200, 'no session ends: the password is the same');
    assert.equal((await signIn('seventeen green lamps')).status, 200);
  }));

test('a bcrypt hash whose guess would take seconds is not worked on', () => {
  assert.equal(isImported(bcrypt), true);
  assert.equal(isImported(bcrypt.replace('$10$', '$31$')), false);
  assert.equal(isImported(`${bcrypt}x`), false);
});
