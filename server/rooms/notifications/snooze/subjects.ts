/** The good end of something cannot repeat; and of what concerns accounts no link in a message may take the voice. */
const never: ReadonlySet<string> = new Set([
  'run.recovered',
  'container.recovered',
  'update.done',
  'host.online',
  'backup.recovered',
  'session.new_place',
  'api_key.expiring',
]);

/** Whether a message of such an event may be silenced by a link in it. */
export const maySnooze = (event: string): boolean => !never.has(event);
