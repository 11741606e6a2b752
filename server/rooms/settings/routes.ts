import { settings as settingsDocument, settingsPatch } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Settings } from './settings.ts';

/** The routes of the settings. Everybody who may look sees them: the UI needs the time zone. */
export const settingsRoutes = (settings: Settings): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/settings',
    access: 'view',
    isScoped: true,
    summary: 'The settings of this instance',
    tag: 'Settings',
    answers: { 200: settingsDocument },
    handle: () => ({ body: settings.document }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/settings',
    access: 'settings',
    summary: 'Changes what the body names and leaves the rest',
    tag: 'Settings',
    body: settingsPatch,
    answers: { 200: settingsDocument },
    handle: async ({ body, caller }) => ({ body: await settings.update(body, caller.actor) }),
  }),
];
