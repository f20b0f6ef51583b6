import { describe, expect, it, vi } from 'vitest';
import { guessLanguage, language, learn, setLanguage, t } from '../src/i18n';

vi.stubGlobal('document', { documentElement: {} });

describe('the language on screen', () => {
  it('ends as the last wish, whichever file comes first, and never without texts', async () => {
    expect(t('close')).toBe('');
    await Promise.all([setLanguage('en'), setLanguage('ru')]);
    expect([language.value, t('close')]).toEqual(['ru', 'Закрыть']);
    await Promise.all([setLanguage('en'), setLanguage('ru'), setLanguage('en')]);
    expect([language.value, t('close')]).toEqual(['en', 'Close']);
  });

  it('knows the words of the staff once they were learned, in either language', async () => {
    await setLanguage('ru');
    expect(t('desk.members')).toBe('');
    await Promise.all([learn('staff'), setLanguage('en')]);
    expect([language.value, t('desk.members'), t('close')]).toEqual(['en', 'Members', 'Close']);
    await setLanguage('ru');
    expect([t('desk.members'), t('close')]).toEqual(['Участники', 'Закрыть']);
  });

  it('greets near Russia in Russian, everybody else in English', () => {
    expect(['ru', 'uk-UA', 'RU-ru', 'pt-BR', undefined].map(guessLanguage)).toEqual(['ru', 'ru', 'ru', 'en', 'en']);
  });
});
