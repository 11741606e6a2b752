import * as v from 'valibot';
import { newPassword } from './accounts.ts';
import { id } from './common.ts';

/** Which channel carries mail to accounts: links for new passwords, and to verify addresses. */
export const accountMail = v.object({
  channelId: v.nullable(v.number()),
  /**
   * `off`: none was chosen. `noBaseUrl`: links need `BASE_URL`, as what a caller asks for cannot be trusted. `gone`: the
   * channel is gone or disabled. `changed`: it leads elsewhere than when it was chosen, and has to be chosen anew.
   */
  state: v.picklist(['off', 'ready', 'noBaseUrl', 'gone', 'changed']),
  /** Those that could: the enabled ones of e-mail. */
  channels: v.array(v.object({ id: v.number(), name: v.string() })),
});
export type AccountMail = v.InferOutput<typeof accountMail>;
export const accountMailInput = v.strictObject({ channelId: v.nullable(id) });

/** A user name, or a verified address. */
export const passwordLinkRequest = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(254)),
});

const token = v.pipe(v.string(), v.trim(), v.maxLength(100));

/** What a mailed link is good for: a new password. */
export const passwordByLink = v.strictObject({ token, newPassword });
/** That the address of my account is mine. */
export const emailVerification = v.strictObject({ token });
