import type { Container } from '../../contract/index.ts';

/**
 * The state in the words that `docker ps` has for it, as of now: what the engine said when it was asked last gets old.
 * Where the start is not known yet, the engine's last words stand.
 */
export const statusWords = (container: Container, nowMs: number): string => {
  const ago = (instant: string | null) => humanDuration(nowMs - Date.parse(instant ?? ''));
  switch (container.state) {
    case 'running':
      return container.startedAt ? `Up ${ago(container.startedAt)}${healthWords(container)}` : container.status;
    case 'paused':
      return container.startedAt ? `Up ${ago(container.startedAt)} (Paused)` : container.status;
    case 'exited':
      return container.finishedAt
        ? `Exited (${container.exitCode}) ${ago(container.finishedAt)} ago`
        : container.status;
    case 'restarting':
      return container.finishedAt
        ? `Restarting (${container.exitCode}) ${ago(container.finishedAt)} ago`
        : container.status;
    case 'removing':
      return 'Removal In Progress';
    case 'created':
      return 'Created';
    case 'dead':
      return 'Dead';
  }
};

const healthWords = ({ health }: Container): string => {
  if (health === null) return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
};

/** `3 hours`, `About a minute`: the steps and words of Docker's own client. */
const humanDuration = (durationMs: number): string => {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(seconds / 3600);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(hours / 24 / 365)} years`;
};
