import { describe, expect, it, vi } from 'vitest';
import { guessLanguage, language, setLanguage, t } from '../src/i18n';

vi.stubGlobal('document', { documentElement: {} });

describe('the language on screen', () => {
  it('ends as the last wish, whichever file comes first, and never without texts', async () => {
    expect(t('close')).toBe('');
    await Promise.all([setLanguage('en'), setLanguage('ru')]);
    expect([language.value, t('close')]).toEqual(['ru', 'Закрыть']);
    await Promise.all([setLanguage('en'), setLanguage('ru'), setLanguage('en')]);
    expect([language.value, t('close')]).toEqual(['en', 'Close']);
  });

  it('greets near Russia in Russian, everybody else in English', () => {
    expect(['ru', 'uk-UA', 'RU-ru', 'pt-BR', undefined].map(guessLanguage)).toEqual(['ru', 'ru', 'ru', 'en', 'en']);
  });
});
