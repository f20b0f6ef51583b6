import { describe, expect, it } from 'vitest';
import { readDeskCode, readLaunch } from '../src/telegram/launch';

const user = '{"id":279058397,"first_name":"A","language_code":"ru"}';
const data = new URLSearchParams({ user, auth_date: '1700000000', start_param: 'ticket_7', hash: 'abc' }).toString();
const hash = (more: Record<string, string>): string =>
  `#${new URLSearchParams({ tgWebAppVersion: '7.0', tgWebAppPlatform: 'android', ...more }).toString()}`;

describe('what Telegram wrote behind the #', () => {
  it('keeps the proof byte for byte, also without a signature for third parties', () => {
    expect(readLaunch(hash({ tgWebAppData: data }))).toMatchObject({
      initData: data,
      userId: '279058397',
      languageCode: 'ru',
      startParam: 'ticket_7',
    });
  });

  it('is no launch without a version and a platform', () => {
    expect(readLaunch('#/t/1042')).toBeNull();
    expect(readLaunch('')).toBeNull();
  });

  it('has no proof when opened from a keyboard button, and survives nonsense', () => {
    expect(readLaunch(hash({}))?.initData).toBeNull();
    expect(readLaunch(hash({ tgWebAppData: 'user=%7Bbroken', tgWebAppThemeParams: '[' }))).toMatchObject({ userId: null, theme: {} });
  });
});

describe('a desk link', () => {
  it.each([
    ['#desk=kF3Zq0aT1bV8xY2c-5mN7_Qr', 'kF3Zq0aT1bV8xY2c-5mN7_Qr'],
    ['#desk=', null],
    ['#desk=a b', null],
    [`#desk=${'x'.repeat(65)}`, null],
    ['#/desk/members', null],
    ['', null],
  ])('%s', (address, code) => {
    expect(readDeskCode(address)).toBe(code);
  });
});
