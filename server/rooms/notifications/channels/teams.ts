import type { Severity } from '../../../../contract/index.ts';
import type { Compose, SnoozeOffer } from './channel.ts';
import { cut, cutBytes, jsonPost } from './channel.ts';

const tones: Record<Severity, string> = { info: 'default', success: 'good', warning: 'warning', error: 'attention' };

/** Each takes some hundred bytes more. */
const mostLines = 60;

/**
 * The workflow "Post to a channel when a webhook request is received", with an Adaptive Card
 * (https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook). A TextRun, other than a TextBlock, is not
 * Markdown, and `<at>` means something only with an entity in the card.
 */
export const teams: Compose<'teams'> = ({ title, body, severity, url, snooze }, { secrets }) =>
  jsonPost(secrets.url, {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            textOf(cut(title, 300), { size: 'medium', weight: 'bolder', color: tones[severity] }),
            // 28 kB for the whole request. A line of its own for each: a run has no line breaks in some clients.
            ...cutBytes(body, 12_000)
              .split('\n', mostLines)
              .map((line) => textOf(line === '' ? ' ' : line, {})),
          ],
          ...((url || snooze) && { actions: actionsOf(url, snooze) }),
        },
      },
    ],
  });

const actionsOf = (url: string | null, snooze: SnoozeOffer | null) => [
  ...(url ? [{ type: 'Action.OpenUrl', title: 'Open the run', url }] : []),
  ...(snooze ? [{ type: 'Action.OpenUrl', title: 'Snooze this', url: snooze.url }] : []),
];

const textOf = (text: string, look: Record<string, string>) => ({
  type: 'RichTextBlock',
  spacing: 'none',
  inlines: [{ type: 'TextRun', text, ...look }],
});
