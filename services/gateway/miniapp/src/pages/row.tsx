import type { JSX } from 'preact';
import { isStaff, type Ticket } from '../api/types';
import { language, t } from '../i18n';
import { comingTime, shortTime } from '../i18n/time';
import { me } from '../store/core';
import { isAsleep } from '../store/listing';
import { go, route } from '../store/route';
import { CategoryIcon, categoryName, fullName } from '../ui/avatar';
import { Badge } from '../ui/controls';
import { Icon } from '../ui/icons';
import { PriorityMark, StatusMark } from '../ui/marks';

/** One ticket as one line of a chat list. */
export function TicketRow({ ticket, position, of }: { ticket: Ticket; position: number; of: number }): JSX.Element {
  const now = route.value;
  const isOpen = now.page === 'ticket' && (now.ref === String(ticket.number) || now.ref === ticket.id);
  const staff = me.value !== null && isStaff(me.value);
  const about = staff ? fullName(ticket.user) : categoryName(ticket.category, language.value);
  const at = ticket.last_message_at ?? ticket.created_at;
  return (
    <li aria-posinset={position} aria-setsize={of}>
      <button
        type="button"
        class={`ticket-row pressable ${ticket.unread_count > 0 ? 'unread' : ''}`}
        aria-current={isOpen ? 'page' : undefined}
        onClick={() => go({ page: 'ticket', ref: String(ticket.number) })}
      >
        <CategoryIcon category={ticket.category} size="l" />
        <span class="ticket-text">
          <span class="ticket-top">
            <span class="ticket-title" dir="auto">
              {ticket.title ?? t('chat.erased')}
            </span>
            <time dateTime={at}>{shortTime(at)}</time>
          </span>
          <span class="ticket-about">
            <span class="ticket-number">#{ticket.number}</span>
            <span class="ticket-who">{about}</span>
            <Badge count={ticket.unread_count} label={t('list.unread', { count: ticket.unread_count })} />
          </span>
          <span class="marks">
            <StatusMark status={ticket.status} />
            {ticket.priority === 'NORMAL' ? null : <PriorityMark priority={ticket.priority} />}
            {isAsleep(ticket) ? (
              <span class="mark snoozed">
                <Icon name="moon" size={14} />
                {t('snooze.until', { time: comingTime(ticket.snoozed_until ?? at) })}
              </span>
            ) : null}
            {staff && ticket.assigned_to !== null ? <span class="mark assignee">{assignee(ticket)}</span> : null}
          </span>
        </span>
      </button>
    </li>
  );
}

function assignee({ assigned_to: member }: Ticket): string {
  return member?.id === me.value?.id ? t('chat.you') : (member?.first_name ?? fullName(member));
}
