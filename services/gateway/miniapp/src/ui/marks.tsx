// Status and priority: told by shape and word as well as by colour.
import type { JSX } from 'preact';
import { isStaff, type Priority, type Status } from '../api/types';
import { t } from '../i18n';
import { me } from '../store/core';

export function statusWord(status: Status): string {
  if (status !== 'WAITING_RESPONSE') return t(`status.${status}`);
  const staff = me.value !== null && isStaff(me.value);
  return t(staff ? 'status.WAITING_RESPONSE.staff' : 'status.WAITING_RESPONSE.customer');
}

const STATUS_SHAPES: Record<Status, JSX.Element> = {
  OPEN: <circle cx="8" cy="8" r="5.5" class="line" />,
  IN_PROGRESS: (
    <>
      <circle cx="8" cy="8" r="5.5" class="line" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" class="fill" />
    </>
  ),
  WAITING_RESPONSE: <path d="M3 3h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H8l-3.5 3v-3H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z" class="fill" />,
  RESOLVED: <path d="M2.5 8.5l3.7 3.7 7.3-8" class="line thick" />,
  CLOSED: <path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2" class="line" />,
};

export function StatusShape({ status }: { status: Status }): JSX.Element {
  return (
    <svg class={`shape status-${status}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {STATUS_SHAPES[status]}
    </svg>
  );
}

export function StatusMark({ status }: { status: Status }): JSX.Element {
  return (
    <span class={`mark status-${status}`}>
      <StatusShape status={status} />
      {statusWord(status)}
    </span>
  );
}

const PRIORITY_SHAPES: Record<Priority, string> = {
  LOW: 'M3.5 6l4.5 4.5L12.5 6',
  NORMAL: 'M3.5 8h9',
  HIGH: 'M3.5 10L8 5.5l4.5 4.5',
  CRITICAL: 'M3.5 8L8 3.5 12.5 8M3.5 12.5L8 8l4.5 4.5',
};

export function PriorityShape({ priority }: { priority: Priority }): JSX.Element {
  return (
    <svg class={`shape priority-${priority}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PRIORITY_SHAPES[priority]} class="line thick" />
    </svg>
  );
}

export function PriorityMark({ priority }: { priority: Priority }): JSX.Element {
  return (
    <span class={`mark priority-${priority}`}>
      <PriorityShape priority={priority} />
      {t(`priority.${priority}`)}
    </span>
  );
}
