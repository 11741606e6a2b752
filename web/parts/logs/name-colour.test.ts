import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coloursOf, nameColours } from './name-colour.ts';

/** As WCAG 2 computes it, from `#rrggbb`. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const tokens = readFileSync(new URL('../../styles/tokens.css', import.meta.url), 'utf8');
const groundOf = (token: string): [light: string, dark: string] => {
  const [, light = '', dark = ''] =
    new RegExp(`--${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens) ?? [];
  return [light, dark];
};

test('each colour of a name is readable on every ground of the list, in light and in dark', () => {
  for (const token of ['surface', 'ground', 'raised']) {
    const [light, dark] = groundOf(token);
    for (const [ofLight, ofDark] of nameColours) {
      assert.ok(contrast(ofLight, light) >= 4.5, `${ofLight} on ${light}`);
      assert.ok(contrast(ofDark, dark) >= 4.5, `${ofDark} on ${dark}`);
    }
  }
});

const stack = ['web', 'db', 'cache', 'worker', 'mail', 'search', 'proxy', 'cron', 'queue'].map(
  (name) => `1:shop-${name}-1`,
);

test('as many containers as there are colours have each their own, and more of them share', () => {
  assert.equal(new Set(coloursOf(stack).values()).size, nameColours.length);
  assert.equal(coloursOf([...stack, '1:one-more']).size, stack.length + 1);
});

test('a container has the same colour whatever the order in which they were chosen, and alone', () => {
  assert.deepEqual(coloursOf(stack), coloursOf(stack.toReversed()));
  const alone = coloursOf(['1:web']).get('1:web');
  assert.match(alone ?? '', /^light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\)$/);
  assert.equal(coloursOf(['1:web', '2:web']).get('1:web'), alone);
});
