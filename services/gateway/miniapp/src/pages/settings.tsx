import type { JSX } from 'preact';
import { newKey } from '../api/client';
import { prefer } from '../api/self';
import { isStaff, type Language, type Me, type Preference } from '../api/types';
import { language, t } from '../i18n';
import { chooseLanguage } from '../store/actions';
import { me, persona } from '../store/core';
import { sheet } from '../store/route';
import { chooseTheme, theme, type Theme } from '../store/theme';
import { complain } from '../store/toast';
import { insideTelegram } from '../telegram/env';
import { Avatar, fullName } from '../ui/avatar';
import { Cell, Section, Segmented } from '../ui/controls';
import { Sheet } from '../ui/sheet';
import { Toggle } from '../ui/toggle';
import { PersonaSwitch } from './line';
import { staffPage } from './later';
import { Sessions } from './sessions';

const LANGUAGES: { value: Language; text: string }[] = [
  { value: 'ru', text: 'Русский' },
  { value: 'en', text: 'English' },
];
const StaffSettings = staffPage(() => import('./manage').then((room) => room.StaffSettings));
const THEMES: Theme[] = ['auto', 'light', 'dark'];

export function SettingsSheet(): JSX.Element {
  const self = me.value;
  return (
    <Sheet title={t('settings.title')} onClose={() => (sheet.value = null)}>
      {self === null ? null : (
        <Section title={t('settings.account')}>
          <Cell icon={<Avatar member={self} />} text={fullName(self)} hint={`${self.username === null ? '' : `@${self.username} · `}${t(`role.${self.role}`)}`} />
        </Section>
      )}
      {self !== null && isStaff(self) ? <StaffSettings /> : null}
      {self === null ? null : <Notices self={self} />}
      <Section title={t('settings.language')}>
        {LANGUAGES.map(({ value, text }) => (
          <Cell key={value} text={<span lang={value}>{text}</span>} checked={language.value === value} onPress={() => chooseLanguage(value)} />
        ))}
      </Section>
      {insideTelegram.value ? null : (
        <div class="section">
          <h3 class="section-title">{t('settings.theme')}</h3>
          <Segmented<Theme>
            label={t('settings.theme')}
            options={THEMES.map((value) => ({ value, text: t(`settings.theme.${value}`) }))}
            value={theme.value}
            onChoose={chooseTheme}
          />
        </div>
      )}
      <Sessions />
      {persona.value === null ? null : (
        <div class="section">
          <h3 class="section-title">{t('settings.demo')}</h3>
          <PersonaSwitch />
          <p class="section-hint">{t('settings.demo.hint')}</p>
        </div>
      )}
    </Sheet>
  );
}

type Kind = Exclude<Preference, `${string}.${string}`>;
type Channel = 'telegram' | 'app';
const CHANNELS: Channel[] = ['telegram', 'app'];
const NOTICES: Kind[] = ['answers', 'status', 'closed'];
const STAFF_NOTICES: Kind[] = ['assigned', 'new_tickets'];

const hears = (self: Me, name: Kind, channel: Channel): boolean =>
  self.preferences[name] !== false && self.preferences[`${name}.${channel}`] !== false;

/** What the bot tells, and what the list of notifications shows. */
function Notices({ self }: { self: Me }): JSX.Element {
  const change = (name: Kind, channel: Channel, on: boolean, key = newKey()): void => {
    // Both channels are named: a kind that was off altogether comes back in this one alone.
    const each = CHANNELS.map((one) => [`${name}.${one}`, one === channel ? on : hears(self, name, one)] as const);
    const chosen: Partial<Record<Preference, boolean>> = { [name]: true, ...Object.fromEntries(each) };
    me.value = { ...self, preferences: { ...self.preferences, ...chosen } };
    prefer(chosen, key).then(
      ({ body }) => (me.value = body),
      (error: unknown) => {
        me.value = self;
        complain(error, () => change(name, channel, on, key));
      },
    );
  };
  return (
    <>
      {CHANNELS.map((channel) => (
        <Section key={channel} title={t(`notices.${channel}`)} hint={t(`notices.${channel}.hint`)}>
          {[...NOTICES, ...(isStaff(self) ? STAFF_NOTICES : [])].map((name) => (
            <Toggle
              key={name}
              text={t(`notices.${name}`)}
              on={hears(self, name, channel)}
              onChange={(on) => change(name, channel, on)}
            />
          ))}
        </Section>
      ))}
    </>
  );
}
