import * as v from 'valibot';
import { phraseReading, phraseRequest } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Schedules } from './schedules.ts';
import { checkZone } from './validation.ts';

/** The route that reads plain language. It changes nothing, and so a viewer may ask it. */
export const phraseRoute = (schedules: Schedules): Route =>
  route({
    method: 'POST',
    path: '/api/v1/schedules/read',
    access: 'view',
    isScoped: true,
    summary: 'Read when something is due from a phrase such as "weekdays 7:30"',
    tag: 'Schedules',
    body: phraseRequest,
    checkBody: (body) => {
      const zone = v.safeParse(phraseRequest.entries.timeZone, v.is(written, body) ? body.timeZone : undefined);
      return zone.success ? checkZone(zone.output, 'timeZone') : [];
    },
    answers: { 200: phraseReading },
    handle: ({ body }) => ({ body: schedules.read(body.text, body.timeZone) }),
  });

const written = v.object({ timeZone: v.unknown() });
