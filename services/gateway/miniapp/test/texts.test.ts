import enApp from '@messages/en/app.json';
import enStaff from '@messages/en/staff.json';
import ruApp from '@messages/ru/app.json';
import ruStaff from '@messages/ru/staff.json';
import { describe, expect, it } from 'vitest';
import { say, type Text } from '../src/i18n/plural';

const en = { ...enApp, ...enStaff };
const ru = { ...ruApp, ...ruStaff };
const files: Record<string, Record<string, Text>> = { ru, en };
const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const names = (text: Text): string[] => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

describe('the texts', () => {
  it('say the same things in both languages, with the same facts', () => {
    expect(Object.keys(enApp)).toEqual(Object.keys(ruApp));
    expect(Object.keys(enStaff)).toEqual(Object.keys(ruStaff));
    for (const key of Object.keys(ru) as (keyof typeof ru)[]) expect([key, names(en[key])]).toEqual([key, names(ru[key])]);
  });

  it('stand in one file only', () => {
    expect(Object.keys(ru)).toHaveLength(Object.keys(ruApp).length + Object.keys(ruStaff).length);
  });

  it('have every plural form their language needs', () => {
    for (const [language, file] of Object.entries(files)) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, text] of Object.entries(file)) {
        if (typeof text !== 'string') expect([key, Object.keys(text).sort()]).toEqual([key, [...needed].sort()]);
      }
    }
  });

  it('choose the form by the count', () => {
    const said = [1, 2, 5, 11, 21, 22].map((count) => say(ru['list.count'], 'ru', { count }));
    expect(said).toEqual(['1 обращение', '2 обращения', '5 обращений', '11 обращений', '21 обращение', '22 обращения']);
    expect([1, 2].map((count) => say(en['list.count'], 'en', { count }))).toEqual(['1 request', '2 requests']);
  });

  it('leave a fact that was not given standing, so that it is seen', () => {
    expect(say('{name} is here', 'en')).toBe('{name} is here');
  });
});
