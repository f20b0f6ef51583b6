import type { JSX } from 'preact';
import type { Language } from '../api/types';
import { language, t } from '../i18n';
import { chooseLanguage } from '../store/actions';
import { me, persona } from '../store/core';
import { sheet } from '../store/route';
import { chooseTheme, theme, type Theme } from '../store/theme';
import { insideTelegram } from '../telegram/env';
import { Avatar, fullName } from '../ui/avatar';
import { Cell, Section, Segmented } from '../ui/controls';
import { Sheet } from '../ui/sheet';
import { PersonaSwitch } from './line';

const LANGUAGES: { value: Language; text: string }[] = [
  { value: 'ru', text: 'Русский' },
  { value: 'en', text: 'English' },
];
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
