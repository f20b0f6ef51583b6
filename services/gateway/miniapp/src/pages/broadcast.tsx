import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { broadcast, cancelBroadcast, previewBroadcast, startBroadcast } from '../api/desk';
import type { Broadcast, BroadcastBody, Role } from '../api/schema';
import { BOUNDS, filled, LANGUAGES, type Language, type Texts } from '../api/types';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { useCommand } from '../store/command';
import { readJson, write } from '../store/shelf';
import { broadcastId, sheet } from '../store/route';
import { show } from '../store/toast';
import { Avatar, fullName } from '../ui/avatar';
import { Button, Cell, Chips, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { RichText } from '../ui/text';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';
import { doneOf, LOOK_EVERY_MS, Progress } from './broadcasts';

const close = (): void => void (sheet.value = null);
const PAUSE_MS = 300;
const DRAFT = 'draft.broadcast';

/** One broadcast: to be written, under way, or how it went. */
export function BroadcastSheet(): JSX.Element {
  const id = broadcastId.value;
  return (
    <Sheet title={t(id === null ? 'broadcast.add' : 'broadcast.title')} onClose={close}>
      {id === null ? <Compose /> : <Report key={id} id={id} />}
    </Sheet>
  );
}

const ROLES: readonly Role[] = ['USER', 'HELPER', 'MODERATOR', 'ADMIN'];
const ACTIVE = ['any', '7', '30', '90'] as const;

function Compose(): JSX.Element {
  const texts = useSignal<Texts>(readJson<Texts>(DRAFT) ?? {});
  const roles = useSignal<Role[]>(['USER']);
  const language = useSignal<Language | 'any'>('any');
  const active = useSignal<(typeof ACTIVE)[number]>('any');
  const sure = useSignal(false);
  useEffect(() => write(DRAFT, JSON.stringify(filled(texts.value))), [texts.value]);
  const wish: BroadcastBody = {
    texts: filled(texts.value),
    audience: {
      roles: roles.value,
      ...(language.value === 'any' ? {} : { languages: [language.value] }),
      ...(active.value === 'any' ? {} : { active_within_days: Number(active.value) }),
    },
  };
  const { busy, run } = useCommand<Broadcast>((begun) => {
    write(DRAFT, null);
    show({ text: t('broadcast.started') });
    broadcastId.value = begun.id;
  });
  const isWordless = Object.keys(wish.texts).length === 0;
  const isTooLong = LANGUAGES.some((each) => (texts.value[each] ?? '').length > BOUNDS.content);
  const counted = useAsked(() => previewBroadcast({ ...wish, texts: { ru: '.' } }), [JSON.stringify(wish.audience)], PAUSE_MS);
  const nobody = counted.value?.reachable === 0;
  const turn = (role: Role): void => {
    const next = roles.value.includes(role) ? roles.value.filter((each) => each !== role) : [...roles.value, role];
    if (next.length > 0) roles.value = next;
  };
  return (
    <>
      {LANGUAGES.map((each) => (
        <Section key={each} title={t(`category.in.${each}`)}>
          <TextField
            label={t('broadcast.text')}
            placeholder={t('broadcast.text.placeholder')}
            value={texts.value[each] ?? ''}
            limit={BOUNDS.content}
            rows={3}
            measure={(text) => text.length} // as Telegram counts
            problem={null}
            onInput={(text) => (texts.value = { ...texts.value, [each]: text })}
          />
        </Section>
      ))}
      <p class="section-hint">{t('broadcast.hint')}</p>
      <Section title={t('broadcast.whom')}>
        {ROLES.map((role) => (
          <Cell key={role} text={t(`role.${role}`)} checked={roles.value.includes(role)} onPress={() => turn(role)} />
        ))}
      </Section>
      <div class="section chip-section">
        <h3 class="section-title">{t('broadcast.languages')}</h3>
        <Chips<Language | 'any'>
          label={t('broadcast.languages')}
          options={[{ value: 'any', text: t('broadcast.languages.any') }, ...LANGUAGES.map((each) => ({ value: each, text: t(`category.in.${each}`) }))]}
          value={language.value}
          onChoose={(chosen) => (language.value = chosen)}
        />
        <h3 class="section-title">{t('broadcast.active')}</h3>
        <Chips<(typeof ACTIVE)[number]>
          label={t('broadcast.active')}
          options={ACTIVE.map((each) => ({ value: each, text: each === 'any' ? t('broadcast.active.any') : t('broadcast.active.days', { count: Number(each) }) }))}
          value={active.value}
          onChoose={(chosen) => (active.value = chosen)}
        />
      </div>
      <p class="section-hint reach" role="status">
        {counted.value === null ? '…' : nobody ? t('broadcast.nobody') : reach(counted.value)}
      </p>
      <div class="sheet-foot">
        <Button
          kind={sure.value ? 'danger' : 'filled'}
          busy={busy}
          disabled={isWordless || isTooLong || nobody}
          onPress={() => (sure.value ? run((key) => startBroadcast(wish, key)) : (sure.value = true))}
        >
          {t(sure.value ? 'broadcast.start.sure' : 'broadcast.start')}
        </Button>
      </div>
    </>
  );
}

function reach({ count, reachable }: { count: number; reachable: number }): string {
  const said = t('broadcast.reach', { count: reachable });
  return count === reachable ? said : `${said}. ${t('broadcast.unreached', { count: count - reachable })}`;
}

function Report({ id }: { id: string }): JSX.Element {
  const asked = useAsked(() => broadcast(id), [id]);
  const sure = useSignal(false);
  const { busy, run } = useCommand(asked.put);
  const now = asked.value;
  useEffect(() => {
    if (now?.status !== 'RUNNING') return undefined;
    const timer = setTimeout(asked.again, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <Waiting asked={asked}>
      {now === null ? null : (
        <>
          <Section title={t(`broadcast.${now.status}`)} hint={t('broadcast.progress', { done: doneOf(now), total: now.total })}>
            <div class="cell">
              <Progress of={now} />
            </div>
            <dl class="tiles narrow">
              <Tile name={t('broadcast.delivered')} value={now.delivered} />
              <Tile name={t('broadcast.failed')} value={now.failed} />
              <Tile name={t('broadcast.skipped')} value={now.skipped} />
              <Tile name={t('broadcast.waiting')} value={now.total - doneOf(now)} />
            </dl>
          </Section>
          {LANGUAGES.map((each) =>
            now.texts[each] === undefined ? null : (
              <Section key={each} title={t(`category.in.${each}`)}>
                <p class="broadcast-text">
                  <RichText text={now.texts[each] ?? ''} />
                </p>
              </Section>
            ),
          )}
          <Section>
            <Cell icon={<Avatar member={now.author} />} text={<span dir="auto">{fullName(now.author)}</span>} hint={fullTime(now.created_at)} />
          </Section>
          {now.status === 'RUNNING' ? (
            <div class="sheet-foot">
              <Button kind="danger" busy={busy} onPress={() => (sure.value ? run((key) => cancelBroadcast(id, key)) : (sure.value = true))}>
                {t(sure.value ? 'broadcast.cancel.sure' : 'broadcast.cancel')}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Waiting>
  );
}

function Tile({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
