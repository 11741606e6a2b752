import type { Compose, SnoozeOffer } from './channel.ts';
import { cut, jsonPost, snoozeLine, under } from './channel.ts';

/** https://pushover.net/api#priority: 2 rings until somebody confirms it, and demands how often and for how long. */
const emergency = { priority: 2, retry: 60, expire: 3600 };

/** https://pushover.net/api#messages. Without `html` nothing of the text is interpreted. */
export const pushover: Compose<'pushover'> = ({ title, body, severity, url, at, snooze }, { config, secrets }) => {
  const isError = severity === 'error';
  return jsonPost(under(config.server, '/1/messages.json'), {
    token: secrets.token,
    user: secrets.user,
    title: cut(title, 250),
    message: textOf(title, body, snooze),
    timestamp: Math.floor(at / 1000),
    ...(isError && config.emergency ? emergency : { priority: isError ? 1 : 0 }),
    ...(config.device !== undefined && { device: config.device }),
    ...(config.sound !== undefined && { sound: config.sound }),
    ...(url && url.length <= 512 && { url, url_title: 'Open the run' }),
  });
};

/** 1,024 characters, and it refuses none at all. What is cut is the body: of its own links the run has the only one. */
const textOf = (title: string, body: string, snooze: SnoozeOffer | null): string => {
  const tail = snooze ? `\n\n${snoozeLine(snooze)}` : '';
  return `${cut(body, 1024 - tail.length) || cut(title, 250) || ' '}${tail}`;
};
