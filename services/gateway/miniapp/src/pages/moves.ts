import { isStaff } from '../api/types';
import { t } from '../i18n';
import type { Move } from '../store/actions';
import { me } from '../store/core';
import type { IconName } from '../ui/icons';

export const MOVE_ICON: Record<Move, IconName> = {
  take: 'hand',
  unassign: 'queue',
  start: 'play',
  resolve: 'check',
  close: 'lock',
  reopen: 'reopen',
};

export function moveWord(move: Move, short = false): string {
  if (move === 'resolve') return t(me.value !== null && isStaff(me.value) ? 'move.resolve.staff' : 'move.resolve.customer');
  return t(move === 'close' && short ? 'move.close.short' : `move.${move}`);
}
