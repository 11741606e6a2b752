import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from './chromium.ts';

test('Chromium shows a page', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent('<button>Restart</button>');
    assert.equal(await page.getByRole('button', { name: 'Restart' }).count(), 1);
  } finally {
    await browser.close();
  }
});
