import type { Host, HostStatus } from '../../../contract/hosts.ts';
import type { MarkKind } from '../../primitives/mark-kind.ts';

const marks: Record<HostStatus, MarkKind> = {
  online: 'succeeded',
  offline: 'failed',
  connecting: 'busy',
  disabled: 'paused',
};

/** One that answers and finishes nothing is as good as away. */
export function hostMark({ status, hang }: Pick<Host, 'status' | 'hang'>): MarkKind {
  return hang ? 'failed' : marks[status];
}

/** Whether somebody has to see to the host itself. */
export function isHostInTrouble({ status, hang }: Pick<Host, 'status' | 'hang'>): boolean {
  return status === 'offline' || hang !== null;
}
