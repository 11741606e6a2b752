import type { Page } from 'playwright-core';
import type { Glance, Look } from './viewing.ts';
import { settled, viewing } from './viewing.ts';

viewing(
  'axe finds nothing in the forms of channels, rules, silences, settings and providers',
  'accessible-settings',
  async ({ scene, page, look, glance, fill }) => {
    await fill();
    await scene.signIn(page);
    await notificationForms(page, look, glance);
    await settingForms(page, look, glance);
  },
);

const notificationForms = async (page: Page, look: Look, glance: Glance): Promise<void> => {
  await page.goto('/notifications');
  await settled(page);
  await page.getByRole('button', { name: 'Edit Phone' }).click();
  await page.getByText('Own words title').click();
  await page.getByText('What it can name').click();
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await page.getByText('E-mail', { exact: true }).click();
  await look('notifications-forms');
  await page.getByRole('button', { name: 'Cancel' }).last().click();
  const adding = page.getByRole('form', { name: 'Add a channel' });
  for (const kind of await adding.getByRole('radio').all()) {
    await kind.check({ force: true });
    await glance(`notifications-channel-${await kind.getAttribute('value')}`);
  }
  await page.goto('/notifications');
  await settled(page);
  await page.getByRole('button', { name: 'Text Failed: Start what is gone' }).first().click();
  await page.getByRole('button', { name: 'Edit The shop' }).click();
  await page.getByText('quiet times, digest').click();
  await page.getByText('Own words title').click();
  await look('notifications-rule');
  await page.getByRole('button', { name: 'Edit The shop' }).click();
  await page.getByRole('button', { name: 'Announce a maintenance' }).click();
  await page.getByText('Only of some events').click();
  await look('notifications-maintenance');
};

const settingForms = async (page: Page, look: Look, glance: Glance): Promise<void> => {
  await page.goto('/settings');
  await settled(page);
  await page.getByRole('button', { name: 'Let somebody watch' }).click();
  await page.getByRole('button', { name: 'Add a registry' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('button', { name: /^Download by-hand/ }).waitFor();
  await look('settings-forms');
  await page.goto('/schedules/2');
  await settled(page);
  await page.getByRole('button', { name: 'Let somebody watch' }).click();
  await look('schedule-ping');
  await page.goto('/users');
  await settled(page);
  await page.getByRole('button', { name: 'Set up' }).click();
  await look('users-provider');
  for (const kind of ['google', 'github']) {
    await page.getByLabel('Provider', { exact: true }).selectOption(kind);
    await glance(`users-provider-${kind}`);
  }
};
