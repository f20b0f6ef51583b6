// The only file that speaks to Telegram, over the bridge that the SDK hands on (its components, and its own `postEvent` that
// comes with all of them, would cost another 7 kB at the start). Outside Telegram everything here is a quiet no.
import { createPostEvent, on, supports, type MethodName, type PostEventFn } from '@tma.js/sdk';
import { signal } from '@preact/signals';
import { readDeskCode, readLaunch, type LaunchParams } from './launch';
import { followKeyboard, wearInsets, wearTheme, wearViewport } from './look';

export type Launch = Pick<LaunchParams, 'initData' | 'userId' | 'languageCode' | 'letsWrite' | 'startParam'> & { deskCode: string | null };

export const insideTelegram = signal(false);

const APPLE = new Set(['ios', 'macos']);
/** The address loses its # on the first step through the app; a reload finds it here. */
const KEPT = 'tikethet.launch';
let version = '6.0';
/** What this version does not know is not told. */
let post: PostEventFn = () => undefined;

/** Find out where we are and let Telegram's look and buttons in. Called once, before the first drawing. */
export function launch(): Launch {
  const page = document.documentElement.dataset;
  const params = readLaunch(keptHash()) ?? readLaunch(location.hash);
  insideTelegram.value = params !== null;
  if (params === null) {
    followKeyboard();
    page['look'] = /android/i.test(navigator.userAgent) ? 'material' : 'ios';
    const deskCode = readDeskCode(location.hash);
    if (deskCode !== null) history.replaceState(null, '', location.pathname + location.search); // it stays in no history
    addEventListener('hashchange', () => readDeskCode(location.hash) !== null && location.reload()); // a link in this very tab
    return { initData: null, userId: null, languageCode: navigator.language, letsWrite: true, startParam: undefined, deskCode };
  }
  version = params.version;
  post = createPostEvent(version, () => undefined);
  page['telegram'] = '';
  page['look'] = APPLE.has(params.platform) ? 'ios' : 'material';
  wearTheme(params.theme);
  follow();
  return { ...params, deskCode: null };
}

/** The launch's own # while it stands in the address, later as it was kept; a frame may be refused storage. */
function keptHash(): string {
  try {
    if (readLaunch(location.hash) !== null) sessionStorage.setItem(KEPT, location.hash);
    return sessionStorage.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
}

/** Post an event; a browser that only looks like Telegram (a copied address) hears nothing and breaks nothing. */
const tell = ((...event: Parameters<PostEventFn>): void => {
  try {
    post(...event);
  } catch {
    insideTelegram.value = false;
  }
}) as PostEventFn;

/** Whether this Telegram knows the method; older ones do without. */
function has(method: MethodName): boolean {
  return insideTelegram.value && supports(method, version);
}

function follow(): void {
  on('theme_changed', ({ theme_params: theme }) => wearTheme(theme));
  on('viewport_changed', wearViewport);
  on('safe_area_changed', (insets) => wearInsets('safe-area', insets));
  on('content_safe_area_changed', (insets) => wearInsets('content-safe-area', insets));
  on('reload_iframe', () => {
    tell('iframe_will_reload');
    location.reload();
  });
  tell('iframe_ready', { reload_supported: true });
  tell('web_app_expand');
  tell('web_app_request_viewport');
  if (has('web_app_request_safe_area')) tell('web_app_request_safe_area');
  if (has('web_app_request_content_safe_area')) tell('web_app_request_content_safe_area');
  if (has('web_app_set_header_color')) tell('web_app_set_header_color', { color_key: 'secondary_bg_color' });
}

/** Telegram takes its placeholder away: call when the first screen stands. */
export function ready(): void {
  if (insideTelegram.value) tell('web_app_ready');
}

/** Show Telegram's back button while `back` is given. Returns what takes it away again. */
export function onBack(back: (() => void) | null): () => void {
  if (!has('web_app_setup_back_button')) return () => undefined;
  tell('web_app_setup_back_button', { is_visible: back !== null });
  return back === null ? () => undefined : on('back_button_pressed', back);
}

export function onSettings(open: () => void): () => void {
  if (!has('web_app_setup_settings_button')) return () => undefined;
  tell('web_app_setup_settings_button', { is_visible: true });
  return on('settings_button_pressed', open);
}

export interface MainButton {
  text: string;
  enabled: boolean;
  busy: boolean;
}

export function setMainButton(look: MainButton | null): void {
  if (!has('web_app_setup_main_button')) return;
  tell(
    'web_app_setup_main_button',
    look === null
      ? { is_visible: false }
      : { is_visible: true, text: look.text, is_active: look.enabled && !look.busy, is_progress_visible: look.busy },
  );
}

export function onMainButton(press: () => void): () => void {
  return insideTelegram.value ? on('main_button_pressed', press) : () => undefined;
}

/** A chat is scrolled, not swiped away; a form is not closed by accident. */
export function guardGestures(scrolls: boolean, isDirty: boolean): void {
  if (has('web_app_setup_swipe_behavior')) tell('web_app_setup_swipe_behavior', { allow_vertical_swipe: !scrolls });
  if (has('web_app_setup_closing_behavior')) tell('web_app_setup_closing_behavior', { need_confirmation: isDirty });
}

/** Go on in Telegram itself, at `t.me` and this path. False where that is not possible. */
export function openInTelegram(path: string): boolean {
  if (!has('web_app_open_tg_link')) return false;
  tell('web_app_open_tg_link', { path_full: path });
  return true;
}

const ANSWER_WITHIN_MS = 120_000;

/** Let Telegram ask whether the bot may write; `null` when this Telegram cannot ask, or nobody answered. */
export function askToWrite(): Promise<boolean | null> {
  if (!has('web_app_request_write_access')) return Promise.resolve(null);
  return new Promise((resolve) => {
    const answer = (allowed: boolean | null): void => {
      off();
      clearTimeout(timer);
      resolve(allowed);
    };
    const off = on('write_access_requested', ({ status }) => answer(status === 'allowed'));
    const timer = setTimeout(() => answer(null), ANSWER_WITHIN_MS);
    tell('web_app_request_write_access');
  });
}

const HAPTICS = {
  tap: { type: 'impact', impact_style: 'light' },
  select: { type: 'selection_change' },
  success: { type: 'notification', notification_type: 'success' },
  error: { type: 'notification', notification_type: 'error' },
} as const;

export function haptic(kind: keyof typeof HAPTICS): void {
  if (has('web_app_trigger_haptic_feedback')) tell('web_app_trigger_haptic_feedback', HAPTICS[kind]);
}
