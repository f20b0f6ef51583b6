import { describe, expect, it, vi } from 'vitest';
import { countOf } from '../src/api/types';
import { counted, guessLanguage, language, learn, setLanguage, t } from '../src/i18n';

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

  it('says how many there are, and of a lower bound that there are more', async () => {
    const exact = countOf({ total: 21, total_is_exact: true });
    const over = countOf({ total: 22, total_is_exact: false });
    await Promise.all([learn('staff'), setLanguage('ru')]);
    expect([exact, over].map((count) => counted('list.count', count))).toEqual(['21 обращение', 'больше 21 обращения']);
    expect(counted('members.more', countOf({ total: 2_001, total_is_exact: false })).replace(/\s/g, ' ')).toBe('Больше 2 000 участников. Уточните поиск.');
    await setLanguage('en');
    expect([exact, over].map((count) => counted('list.count', count))).toEqual(['21 requests', 'more than 21 requests']);
  });

  it('greets near Russia in Russian, everybody else in English', () => {
    expect(['ru', 'uk-UA', 'RU-ru', 'pt-BR', undefined].map(guessLanguage)).toEqual(['ru', 'ru', 'ru', 'en', 'en']);
  });
});
