import type { JSX } from 'preact';
import { setBlocked, setRole, ticketsOf } from '../api/desk';
import { atLeast, countOf, isBelow, type Member } from '../api/types';
import { counted, t } from '../i18n';
import { shortTime } from '../i18n/time';
import { useAsked, type Asked } from '../store/asked';
import { useCommand } from '../store/command';
import { calls, me } from '../store/core';
import { go, personId, sheet } from '../store/route';
import { Avatar, CategoryIcon, fullName } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { StatusMark } from '../ui/marks';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

const close = (): void => void (sheet.value = null);
const askToBlock = (id: string): void => {
  personId.value = id;
  sheet.value = 'block';
};
const ROLES = ['USER', 'HELPER', 'MODERATOR', 'ADMIN'] as const;

/** A person's card: who they are, what they asked before, and what may be done about it. */
export function PersonSheet(): JSX.Element | null {
  const id = personId.value;
  return id === null ? null : <PersonOf key={id} id={id} />;
}

function PersonOf({ id }: { id: string }): JSX.Element {
  return (
    <Sheet title={t('person.title')} onClose={close}>
      <PersonCard id={id} />
    </Sheet>
  );
}

/** The card itself, as the sheet and the wide screen's third column show it. */
export function PersonCard({ id }: { id: string }): JSX.Element {
  const asked = useAsked(() => calls.member(id), [id, sheet.value === 'block']);
  return <Waiting asked={asked}>{asked.value === null ? null : <Card member={asked.value} put={asked.put} />}</Waiting>;
}

function Card({ member, put }: { member: Member; put: Asked<Member>['put'] }): JSX.Element {
  const self = me.value;
  const mayBlock = self !== null && self.id !== member.id && atLeast(self, 'MODERATOR') && isBelow(member, self);
  const mayGive = self !== null && self.id !== member.id && atLeast(self, 'ADMIN') && member.role !== 'DEVELOPER';
  return (
    <>
      <div class="card-head">
        <Avatar member={member} size="l" />
        <h3 dir="auto">{fullName(member)}</h3>
        <p>
          {member.username === null ? null : (
            <a href={`https://t.me/${encodeURIComponent(member.username)}`} target="_blank" rel="noopener noreferrer">
              @{member.username}
            </a>
          )}
          <span>{t(`role.${member.role}`)}</span>
        </p>
        {member.reachable === false ? <p>{t('person.unreachable')}</p> : null}
        {member.blocked === true ? <p class="danger-text">{t('person.blocked')}</p> : null}
      </div>
      <Tickets memberId={member.id} />
      {mayGive ? <Roles member={member} put={put} /> : null}
      {mayBlock ? <Block member={member} put={put} /> : null}
    </>
  );
}

function Tickets({ memberId }: { memberId: string }): JSX.Element {
  const asked = useAsked(() => ticketsOf(memberId), [memberId]);
  return (
    <Waiting asked={asked} isEmpty={asked.value?.items.length === 0} empty={t('person.noTickets')}>
      <Section title={asked.value === null ? '' : counted('list.count', countOf(asked.value))}>
        {asked.value?.items.map((ticket) => (
          <Cell
            key={ticket.id}
            icon={<CategoryIcon category={ticket.category} />}
            text={
              <span class="one-line" dir="auto">
                {ticket.title ?? t('chat.erased')}
              </span>
            }
            hint={
              <span class="cell-marks">
                #{ticket.number}
                <StatusMark status={ticket.status} />
                {shortTime(ticket.created_at)}
              </span>
            }
            onPress={() => go({ page: 'ticket', ref: String(ticket.number) })}
          />
        ))}
      </Section>
    </Waiting>
  );
}

function Roles({ member, put }: { member: Member; put: Asked<Member>['put'] }): JSX.Element {
  const { busy, run } = useCommand(put);
  return (
    <Section title={t('person.role')}>
      {ROLES.map((role) => (
        <Cell
          key={role}
          text={t(`role.${role}`)}
          hint={t(`role.${role}.hint`)}
          checked={member.role === role}
          disabled={busy}
          onPress={() => role !== member.role && run((key) => setRole(member.id, role, key))}
        />
      ))}
    </Section>
  );
}

function Block({ member, put }: { member: Member; put: Asked<Member>['put'] }): JSX.Element {
  const { busy, run } = useCommand(put);
  const isBlocked = member.blocked;
  return (
    <Section hint={t('person.block.hint')}>
      <Cell
        icon={<Icon name={isBlocked ? 'check' : 'lock'} />}
        text={t(isBlocked ? 'person.unblock' : 'person.block')}
        danger={!isBlocked}
        disabled={busy}
        onPress={() => (isBlocked ? run((key) => setBlocked(member.id, { blocked: false }, key)) : askToBlock(member.id))}
      />
    </Section>
  );
}
