import type { HostStatus } from '../../../contract/hosts.ts';
import type { MarkKind } from '../../primitives/mark-kind.ts';

export const hostMarks: Record<HostStatus, MarkKind> = {
  online: 'succeeded',
  offline: 'failed',
  connecting: 'busy',
  disabled: 'paused',
};
