import type { Compose } from './channel.ts';
import { cut, cutBytes, jsonPost, snoozeLine, under } from './channel.ts';
import { inHtml } from './escaping.ts';

/**
 * https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid. The transaction is
 * the message: a second try shows it once. Empty `m.mentions` mean that nobody is, whatever the text has.
 */
export const matrix: Compose<'matrix'> = ({ id, title, body, severity, url, snooze }, { config, secrets }) => {
  // An event has at most 64 kB, and each quote takes six bytes in HTML.
  const [head, text] = [cut(title, 300), cutBytes(body, 6000)];
  const room = encodeURIComponent(config.room);
  const path = `/_matrix/client/v3/rooms/${room}/send/m.room.message/${encodeURIComponent(id)}`;
  const links = [
    ...(url ? [`<br><a href="${inHtml(url)}">Open the run</a>`] : []),
    ...(snooze ? [`<br><a href="${inHtml(snooze.url)}">Snooze this</a>`] : []),
  ].join('');
  const content = {
    // A notice makes no sound in most clients.
    msgtype: severity === 'error' || severity === 'warning' ? 'm.text' : 'm.notice',
    body: [head, text, url, snoozeLine(snooze)].filter(Boolean).join('\n'),
    format: 'org.matrix.custom.html',
    formatted_body: `<strong>${inHtml(head)}</strong><br>${inHtml(text).replaceAll('\n', '<br>')}${links}`,
    'm.mentions': {},
  };
  return {
    ...jsonPost(under(config.server, path), content, { authorization: `Bearer ${secrets.token}` }),
    method: 'PUT',
  };
};
