import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Permission, Scope, Selector } from '../../contract/index.ts';
import { permission } from '../../contract/index.ts';
import { Rights } from './index.ts';

const grant = (permissions: Permission[], scopes: Scope[] | null = null) => ({
  permissions: new Set(permissions),
  scopes,
});
const web = { hostId: 1, name: 'web', stack: 'shop', tags: [{ name: 'nightly' }] };
const alone = { hostId: 1, name: 'alone', stack: null, tags: [] };
const placeOf = (hostId: number, name: string) => [web, alone].find((one) => one.name === name) ?? { hostId };

test('a right that is not limited holds everywhere', () => {
  const rights = new Rights([grant(['view'])]);
  assert.ok(rights.can('view') && rights.can('view', web) && rights.can('view', { hostId: 9 }));
  assert.ok(!rights.can('operate') && !rights.can('operate', web));
});

test('a scope demands all that it names, and one of several is enough', () => {
  const cases: [Scope[], boolean, boolean, boolean][] = [
    [[{ hostId: 1 }], true, true, true],
    [[{ hostId: 2 }], false, false, false],
    [[{ stack: 'shop' }], true, false, false],
    [[{ tag: 'nightly' }], true, false, false],
    [[{ hostId: 1, stack: 'shop' }], true, false, false],
    [[{ hostId: 2, stack: 'shop' }], false, false, false],
    [[{ stack: 'shop', tag: 'daily' }], false, false, false],
    [[{ hostId: 2 }, { tag: 'nightly' }], true, false, false],
    [[], false, false, false],
  ];
  for (const [scopes, ofWeb, ofAlone, ofHost] of cases) {
    const rights = new Rights([grant(['view'], scopes)]);
    const found = [rights.can('view', web), rights.can('view', alone), rights.can('view', { hostId: 1 })];
    assert.deepEqual(found, [ofWeb, ofAlone, ofHost], JSON.stringify(scopes));
  }
});

test('a selector is covered only when nothing that ever fits it can lie outside', () => {
  const cases: [Scope, Selector, boolean][] = [
    [{ stack: 'shop' }, { hostId: 1, container: 'web' }, true],
    [{ stack: 'shop' }, { hostId: 1, container: 'alone' }, false],
    [{ stack: 'shop' }, { hostId: 1, container: 'gone' }, false],
    [{ hostId: 1 }, { hostId: 1, container: 'gone' }, true],
    [{ stack: 'shop' }, { stack: 'shop', service: 'web' }, true],
    [{ hostId: 1, stack: 'shop' }, { stack: 'shop' }, false],
    [{ hostId: 1, stack: 'shop' }, { stack: 'shop', hostId: 1 }, true],
    [{ stack: 'shop' }, { hostId: 1, all: true }, false],
    [{ hostId: 1 }, { hostId: 1, all: true }, true],
    [{ hostId: 1 }, { hostId: 2, all: true }, false],
    [{ tag: 'nightly' }, { tag: 'nightly' }, true],
    [{ stack: 'shop' }, { tag: 'nightly' }, false],
    [{ hostId: 1 }, { label: 'a' }, false],
    [{ hostId: 1 }, { namePattern: '*' }, false],
    [{ hostId: 1 }, { namePattern: '*', hostId: 1 }, true],
  ];
  for (const [scope, selector, isCovered] of cases) {
    const rights = new Rights([grant(['operate'], [scope])]);
    assert.equal(rights.covers('operate', selector, placeOf), isCovered, JSON.stringify([scope, selector]));
    assert.equal(rights.covers('view', selector, placeOf), false, 'a right that is not had covers nothing');
  }
});

test('a key never exceeds its owner, in rights or in places', () => {
  const owner = new Rights([grant(['view', 'operate'], [{ stack: 'shop' }])]);
  const key = owner.within(grant([...permission.options], [{ hostId: 1 }]));
  assert.deepEqual([...key.permissions].sort(), ['operate', 'view']);
  assert.ok(key.can('operate', web));
  assert.ok(!key.can('operate', { ...web, hostId: 2 }) && !key.can('operate', alone) && !key.can('exec', web));
});

test('what belongs to the whole instance cannot be had for some places', () => {
  const rights = new Rights([grant([...permission.options], [{ hostId: 1 }])]);
  for (const one of ['users', 'settings', 'notifications'] as const) assert.equal(rights.can(one), false, one);
  assert.ok(rights.can('hosts', { hostId: 1 }) && !rights.canEverywhere('hosts'));
});

test('equal rights have the same fingerprint, others another', () => {
  const of = (...scopes: Scope[]) => new Rights([grant(['logs', 'view'], scopes)]).fingerprint;
  assert.equal(of({ hostId: 1 }), new Rights([grant(['view', 'logs'], [{ hostId: 1 }])]).fingerprint);
  assert.notEqual(of({ hostId: 1 }), of({ hostId: 2 }));
});
