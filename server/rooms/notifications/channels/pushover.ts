import type { Compose } from './channel.ts';
import { cut, jsonPost, under } from './channel.ts';

/** https://pushover.net/api#priority: 2 rings until somebody confirms it, and demands how often and for how long. */
const emergency = { priority: 2, retry: 60, expire: 3600 };

/** https://pushover.net/api#messages. Without `html` nothing of the text is interpreted. */
export const pushover: Compose<'pushover'> = ({ title, body, severity, url, at }, { config, secrets }) => {
  const isError = severity === 'error';
  return jsonPost(under(config.server, '/1/messages.json'), {
    token: secrets.token,
    user: secrets.user,
    title: cut(title, 250),
    // It refuses an empty one.
    message: cut(body, 1024) || cut(title, 250) || ' ',
    timestamp: Math.floor(at / 1000),
    ...(isError && config.emergency ? emergency : { priority: isError ? 1 : 0 }),
    ...(config.device !== undefined && { device: config.device }),
    ...(config.sound !== undefined && { sound: config.sound }),
    ...(url && url.length <= 512 && { url, url_title: 'Open the run' }),
  });
};
