import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { accounts, addAccount, addWebhook, changeWebhook, removeWebhook, revokeAccount, rotateAccount, rotateWebhook, webhooks } from '../api/programs';
import type { Account, Webhook } from '../api/schema';
import { BOUNDS } from '../api/types';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { useCommand } from '../store/command';
import { Button, Cell, Section, Segmented } from '../ui/controls';
import { TextField } from '../ui/field';
import { Icon } from '../ui/icons';
import { Once } from '../ui/once';
import { Toggle } from '../ui/toggle';
import { Waiting } from '../ui/waiting';

const AUDIENCES = ['public', 'staff', 'admin'] as const;
type Audience = (typeof AUDIENCES)[number];
const URL_MAX = 2000;

interface Hearing {
  types: string[];
  audience: Audience;
  personal: boolean;
}

/** Programs outside: who has a token, and where events are sent. */
export function Programs(): JSX.Element {
  return (
    <>
      <Accounts />
      <Webhooks />
    </>
  );
}

function Accounts(): JSX.Element {
  const asked = useAsked(accounts, []);
  const token = useSignal<string | null>(null);
  const { busy, run } = useCommand<Account | null>((found) => {
    token.value = found?.token ?? null;
    asked.again();
  });
  return (
    <Waiting asked={asked}>
      {token.value === null ? null : <Once title={t('program.token')} hint={t('program.once')} words={token.value} />}
      <Section title={t('program.accounts')} hint={t('program.accounts.hint')}>
        {asked.value?.items.map((each) => (
          <div key={each.id}>
            <Twice
              text={each.name}
              hint={`${heard(each)} · ${each.last_used_at === null ? t('program.unused') : t('program.used', { time: fullTime(each.last_used_at) })}`}
              sure={t('program.revoke.sure')}
              busy={busy}
              onPress={() => run((key) => revokeAccount(each.id, key))}
            />
            <Another text={t('program.token.another')} busy={busy} onPress={() => run((key) => rotateAccount(each.id, key))} />
          </div>
        ))}
        <NewAccount busy={busy} onAdd={(name, hearing, opens) => run((key) => addAccount({ name, ...hearing, calls: opens ? ['events', 'tickets'] : ['events'] }, key))} />
      </Section>
    </Waiting>
  );
}

function Webhooks(): JSX.Element {
  const asked = useAsked(webhooks, []);
  const secret = useSignal<string | null>(null);
  const { busy, run } = useCommand<Webhook | null>((found) => {
    secret.value = found?.secret ?? null;
    asked.again();
  });
  return (
    <Waiting asked={asked}>
      {secret.value === null ? null : <Once title={t('program.secret')} hint={t('program.once')} words={secret.value} />}
      <Section title={t('program.webhooks')} hint={t('program.webhooks.hint')}>
        {asked.value?.items.map((each) => (
          <div key={each.id}>
            <Twice
              text={each.name}
              hint={`${each.url} · ${heard(each)} · ${t('program.pending', { count: each.pending })}`}
              sure={t('program.remove.sure')}
              busy={busy}
              onPress={() => run((key) => removeWebhook(each.id, key))}
            />
            <Toggle
              text={each.stopped_because === null ? t('program.active') : t(`program.stopped.${each.stopped_because === 'gone' ? 'gone' : 'failing'}`)}
              on={each.active}
              onChange={(active) => run((key) => changeWebhook(each.id, { active }, key))}
            />
            <Another text={t('program.secret.another')} busy={busy} onPress={() => run((key) => rotateWebhook(each.id, key))} />
          </div>
        ))}
        <NewWebhook busy={busy} onAdd={(name, url, hearing) => run((key) => addWebhook({ name, url, ...hearing }, key))} />
      </Section>
    </Waiting>
  );
}

function NewAccount({ busy, onAdd }: { busy: boolean; onAdd: (name: string, hearing: Hearing, opens: boolean) => void }): JSX.Element {
  const name = useSignal('');
  const hearing = useSignal<Hearing>({ types: [], audience: 'public', personal: false });
  const opens = useSignal(false);
  return (
    <>
      <Name value={name.value} onInput={(text) => (name.value = text)} />
      <Scopes hearing={hearing.value} onChange={(next) => (hearing.value = next)} />
      <Toggle text={t('program.opens')} on={opens.value} onChange={(on) => (opens.value = on)} />
      <Add busy={busy} disabled={name.value.trim() === ''} text={t('program.accounts.add')} onPress={() => onAdd(name.value, hearing.value, opens.value)} />
    </>
  );
}

function NewWebhook({ busy, onAdd }: { busy: boolean; onAdd: (name: string, url: string, hearing: Hearing) => void }): JSX.Element {
  const name = useSignal('');
  const url = useSignal('');
  const hearing = useSignal<Hearing>({ types: [], audience: 'public', personal: false });
  return (
    <>
      <Name value={name.value} onInput={(text) => (name.value = text)} />
      <TextField
        label={t('program.url')}
        placeholder="https://crm.example.org/hook"
        value={url.value}
        limit={URL_MAX}
        problem={null}
        onInput={(text) => (url.value = text)}
      />
      <Scopes hearing={hearing.value} onChange={(next) => (hearing.value = next)} />
      <Add
        busy={busy}
        disabled={name.value.trim() === '' || url.value.trim() === ''}
        text={t('program.webhooks.add')}
        onPress={() => onAdd(name.value, url.value.trim(), hearing.value)}
      />
    </>
  );
}

function Name({ value, onInput }: { value: string; onInput: (text: string) => void }): JSX.Element {
  return <TextField label={t('program.name')} placeholder="CRM" value={value} limit={BOUNDS.name} problem={null} onInput={onInput} />;
}

/** Which events, how private, with personal data or not. */
function Scopes({ hearing, onChange }: { hearing: Hearing; onChange: (next: Hearing) => void }): JSX.Element {
  const words = useSignal('');
  const choose = (text: string): void => {
    words.value = text;
    onChange({ ...hearing, types: text.split(',').map((each) => each.trim()).filter((each) => each !== '') });
  };
  return (
    <>
      <TextField
        label={t('program.types')}
        placeholder="TicketOpened, TicketClosed"
        value={words.value}
        limit={BOUNDS.content}
        problem={null}
        onInput={choose}
      />
      <Segmented<Audience>
        label={t('program.audience')}
        options={AUDIENCES.map((value) => ({ value, text: t(`program.audience.${value}`) }))}
        value={hearing.audience}
        onChoose={(audience) => onChange({ ...hearing, audience })}
      />
      <Toggle text={t('program.personal')} on={hearing.personal} onChange={(personal) => onChange({ ...hearing, personal })} />
    </>
  );
}

function Add({ text, busy, disabled, onPress }: { text: string; busy: boolean; disabled: boolean; onPress: () => void }): JSX.Element {
  return (
    <div class="cell">
      <Button kind="tinted" busy={busy} disabled={disabled} onPress={onPress}>
        {text}
      </Button>
    </div>
  );
}

/** What is done only at the second press. */
function Twice(props: { text: string; hint: string; sure: string; busy: boolean; onPress: () => void }): JSX.Element {
  const sure = useSignal(false);
  return (
    <Cell
      icon={<Icon name="link" />}
      text={<span dir="auto">{props.text}</span>}
      hint={sure.value ? props.sure : props.hint}
      danger={sure.value}
      disabled={props.busy}
      onPress={() => (sure.value ? props.onPress() : (sure.value = true))}
    />
  );
}

/** A token or a secret in the place of the one there is, which works for a day more. */
function Another({ text, busy, onPress }: { text: string; busy: boolean; onPress: () => void }): JSX.Element {
  return <Cell icon={<Icon name="reopen" />} text={text} hint={t('program.another.hint')} disabled={busy} onPress={onPress} />;
}

function heard(of: { types: string[]; audience: string; personal: boolean }): string {
  const which = of.types.length === 0 ? t('program.all') : of.types.join(', ');
  const audience = AUDIENCES.find((each) => each === of.audience) ?? 'public';
  return [which, t(`program.audience.${audience}`), ...(of.personal ? [t('program.personal')] : [])].join(' · ');
}
