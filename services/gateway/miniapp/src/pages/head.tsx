// Above a conversation: what it is about, where it stands, what is likely wanted next.
import type { JSX } from 'preact';
import { isStaff, type Me, type Ticket } from '../api/types';
import { t } from '../i18n';
import { acting, isMerged, mayRate, movesFor, perform } from '../store/actions';
import { conversation, typing } from '../store/conversation';
import { knowledge } from '../store/known';
import { lookers } from '../store/lookers';
import { ask } from '../store/reach';
import { back, go, openPerson, sheet } from '../store/route';
import { insideTelegram } from '../telegram/env';
import { CategoryIcon, fullName } from '../ui/avatar';
import { IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { PriorityMark, StatusMark } from '../ui/marks';
import { Star, Stars } from '../ui/stars';
import { staffPage } from './later';
import { LiveLine } from './line';
import type { MergingProps } from './merge';
import { MOVE_ICON, moveWord } from './moves';

const ApartChip = staffPage<MergingProps>(() => import('./merge').then((room) => room.ApartChip));

export function Head({ ticket }: { ticket: Ticket | null }): JSX.Element {
  return (
    <div class="bar chat-bar">
      {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} class="back" />}
      {ticket === null ? <span class="avatar ghost" /> : <CategoryIcon category={ticket.category} />}
      <div class="bar-title">
        <h1 dir="auto">{ticket === null ? `#${conversation.value?.ref ?? ''}` : (ticket.title ?? t('chat.erased'))}</h1>
        <Under ticket={ticket} />
      </div>
      <IconButton icon="more" label={t('chat.actions')} onPress={() => (sheet.value = 'actions')} />
    </div>
  );
}

/** Under the title: who types, else how the line stands when it does not, else where the ticket stands. */
function Under({ ticket }: { ticket: Ticket | null }): JSX.Element {
  const typists = [...typing.value.keys()];
  const known = knowledge(() => false);
  const somebody = typists.length === 1 ? known?.member(typists[0] ?? '') : undefined;
  if (typists.length > 0) {
    const who = somebody === undefined ? t('chat.typing.somebody') : t('chat.typing', { name: somebody.first_name ?? fullName(somebody) });
    return (
      <p class="under typing" role="status">
        {who}
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      </p>
    );
  }
  return (
    <div class="under">
      {ticket === null ? null : (
        <>
          <span>#{ticket.number}</span>
          <StatusMark status={ticket.status} />
          {ticket.priority === 'NORMAL' ? null : <PriorityMark priority={ticket.priority} />}
        </>
      )}
      <LiveLine />
    </div>
  );
}

/** What is most likely wanted next, one tap away; the rest stands under ⋯. */
export function QuickMoves({ ticket, self }: { ticket: Ticket; self: Me }): JSX.Element | null {
  const staff = isStaff(self);
  if (!staff) {
    if (isMerged(ticket)) {
      return (
        <div class="banner">
          <p>{t('merge.into')}</p>
          <ToOther id={ticket.merged_into} />
        </div>
      );
    }
    if (ticket.status !== 'RESOLVED' && ticket.status !== 'CLOSED') return self.reachable ? null : <OnlyHere />;
    const long = ticket.status === 'CLOSED' && !movesFor(ticket, self).includes('reopen');
    const said = long ? 'chat.closed.long' : ticket.status === 'CLOSED' ? 'chat.closed.customer' : 'chat.resolved.customer';
    return (
      <div class="banner">
        <p>{t(said)}</p>
        {mayRate(ticket, conversation.value?.history ?? [], self) ? (
          <button type="button" class="chip" onClick={() => (sheet.value = 'rate')}>
            {[1, 2, 3, 4, 5].map((each) => (
              <Star key={each} full={false} />
            ))}
            {t('rate.title')}
          </button>
        ) : ticket.rating === null ? null : (
          <Stars score={ticket.rating} />
        )}
      </div>
    );
  }
  const assignee = ticket.assigned_to;
  const mine = assignee?.id === self.id;
  const who = assignee === null ? t('chat.unassigned') : mine ? t('chat.assigned.you') : t('chat.assigned', { name: fullName(assignee) });
  return (
    <div class="quick">
      <p class="quick-who">
        <button type="button" class="quick-name" disabled={ticket.user === null} onClick={() => ticket.user !== null && openPerson(ticket.user.id)}>
          <span dir="auto">{fullName(ticket.user)}</span>
        </button>
        <span>{who}</span>
      </p>
      <Lookers />
      {ticket.user?.reachable === false ? <p class="quick-unreachable">{t('person.unreachable')}</p> : null}
      {isMerged(ticket) ? <p class="quick-merged">{t('merge.into')}</p> : null}
      <div class="chips">
        {isMerged(ticket) ? (
          <>
            <ToOther id={ticket.merged_into} />
            <ApartChip ticket={ticket} />
          </>
        ) : null}
        {movesFor(ticket, self)
          .filter((move) => move !== 'unassign')
          .slice(0, 3)
          .map((move) => (
            <button key={move} type="button" class="chip" disabled={acting.value} onClick={() => perform(ticket, move)}>
              <Icon name={MOVE_ICON[move]} size={18} />
              {moveWord(move, true)}
            </button>
          ))}
      </div>
    </div>
  );
}

/** The way to the ticket that this one goes on in. */
function ToOther({ id }: { id: string }): JSX.Element {
  return (
    <button type="button" class="chip" onClick={() => go({ page: 'ticket', ref: id })}>
      <Icon name="link" size={18} />
      {t('merge.open')}
    </button>
  );
}

/** Who else of the staff has it before them. */
function Lookers(): JSX.Element | null {
  const names = lookers.value.flatMap(({ member }) => (member === null ? [] : (member.first_name ?? fullName(member))));
  if (names.length === 0) return null;
  return (
    <p class="quick-lookers" role="status">
      <Icon name="eye" size={16} />
      {t('chat.looking', { count: names.length, names: names.join(', ') })}
    </p>
  );
}

/** The bot cannot write to this person: what that means, and how to change it. */
function OnlyHere(): JSX.Element {
  return (
    <div class="banner">
      <p>{t('reach.only')}</p>
      {insideTelegram.value ? (
        <button type="button" class="chip" onClick={() => void ask()}>
          {t('reach.allow')}
        </button>
      ) : null}
    </div>
  );
}
