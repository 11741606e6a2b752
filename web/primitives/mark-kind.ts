/**
 * The marks of the UI. Each differs by shape as well as by colour:
 * ● succeeded, ▲ failed, ◇ missed, ◆ attention, ◉ busy, ○ planned or off, dashed ○ paused or unknown.
 */
export type MarkKind =
  | 'succeeded'
  | 'failed'
  | 'missed'
  | 'skipped'
  | 'attention'
  | 'busy'
  | 'planned'
  | 'off'
  | 'paused'
  | 'unknown';
