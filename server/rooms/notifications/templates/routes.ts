import { templatePreview, templatePreviewRequest } from '../../../../contract/index.ts';
import type { Route } from '../../../http/route.ts';
import { route } from '../../../http/route.ts';
import type { Notifications } from '../notifications.ts';

/** The route of the editor of templates. */
export const templateRoutes = ({ templates }: Notifications): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/notifications/templates/preview',
    access: 'notifications',
    summary: 'What a template makes of an example of an event, with its faults; nothing is sent or stored',
    tag: 'Notifications',
    body: templatePreviewRequest,
    answers: { 200: templatePreview },
    handle: async ({ body }) => ({ body: await templates.preview(body) }),
  }),
];
