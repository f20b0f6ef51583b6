import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { desk, invite, invites, revokeInvite } from '../api/desk';
import type { Invite, Role } from '../api/schema';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { useCommand } from '../store/command';
import { sheet } from '../store/route';
import { fullName } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Once } from '../ui/once';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

const ROLES: Role[] = ['HELPER', 'MODERATOR', 'ADMIN'];

/** Links that let somebody be of the staff: a new one, and those that still work. */
export function InviteSheet(): JSX.Element {
  const asked = useAsked(invites, []);
  const made = useSignal<Invite | null>(null);
  const { busy, run } = useCommand<Invite | null>((found) => {
    made.value = found;
    asked.again();
  });
  return (
    <Sheet title={t('invite.title')} onClose={() => (sheet.value = null)}>
      {made.value?.token === undefined ? null : <Link key={made.value.id} token={made.value.token} />}
      <Section title={t('invite.as')} hint={t('invite.hint')}>
        {ROLES.map((role) => (
          <Cell
            key={role}
            icon={<Icon name="link" />}
            text={t(`role.${role}`)}
            hint={t(`role.${role as 'HELPER'}.hint`)}
            disabled={busy}
            onPress={() => run((key) => invite(role, key))}
          />
        ))}
      </Section>
      <Waiting asked={asked} isEmpty={asked.value?.items.length === 0} empty={t('invite.none')}>
        <Section title={t('invite.open')}>
          {asked.value?.items.map((each) => (
            <Open key={each.id} invite={each} busy={busy} onRevoke={() => run((key) => revokeInvite(each.id, key))} />
          ))}
        </Section>
      </Waiting>
    </Sheet>
  );
}

function Link({ token }: { token: string }): JSX.Element {
  const bot = useAsked(desk, []).value?.bot ?? null;
  const words = bot === null ? `/start invite_${token}` : `https://t.me/${bot}?start=invite_${token}`;
  return <Once title={t('invite.made')} hint={t(bot === null ? 'invite.made.words' : 'invite.made.link')} words={words} />;
}

function Open({ invite: one, busy, onRevoke }: { invite: Invite; busy: boolean; onRevoke: () => void }): JSX.Element {
  const sure = useSignal(false);
  return (
    <Cell
      icon={<Icon name="link" />}
      text={t(`role.${one.role}`)}
      hint={sure.value ? t('invite.revoke.sure') : t('invite.until', { name: fullName(one.inviter), time: fullTime(one.expires_at) })}
      danger={sure.value}
      disabled={busy}
      onPress={() => (sure.value ? onRevoke() : (sure.value = true))}
    />
  );
}
