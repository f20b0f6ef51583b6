// The Mini App over a chat, as a Telegram client shows it: signed data behind the #, and Telegram's side of the bridge.
import { h, icon } from './dom.js';
import { post, say } from './net.js';

const NO_INSETS = { top: 0, bottom: 0, left: 0, right: 0 };
const COLORS = {
  bg_color: 'card',
  secondary_bg_color: 'paper',
  header_bg_color: 'card',
  section_bg_color: 'card',
  text_color: 'text',
  hint_color: 'hint',
  subtitle_text_color: 'hint',
  section_header_text_color: 'link',
  link_color: 'link',
  accent_text_color: 'link',
  button_color: 'accent',
  button_text_color: 'on-accent',
  destructive_text_color: 'danger',
};

/** Open the app on a screen; `start` is what a ``startapp`` link carries, `url` what a button names. */
export async function openApp(screen, { who, url, start, follow }) {
  screen.querySelector('.miniapp')?.close();
  const { url: address } = await post('launch', { as: who, start: start ?? '', theme: theme() });
  const [path, launch] = address.split('#');
  const at = url ? new URL(url, location.href) : null;
  const named = at?.pathname.startsWith('/app') ? at.pathname + at.search + (at.hash ? `${at.hash}&` : '#') : `${path}#`;
  new Frame(screen, named + launch, follow);
}

class Frame {
  constructor(screen, address, follow) {
    this.follow = follow;
    this.asks = false;
    this.goesBack = false;
    this.back = h('button', { type: 'button', class: 'round', onclick: () => this.#leave() });
    this.main = h('button', { type: 'button', class: 'main', hidden: true, onclick: () => this.tell('main_button_pressed') });
    this.frame = h('iframe', { title: 'Mini App', src: '/sandbox/page/frame.html', allow: 'clipboard-write', dataset: { address } });
    this.frame.hear = (name, data) => this.#hear(name, data);
    const top = h('div', { class: 'top' }, this.back, h('div', { class: 'whom' }, h('b', {}, 'TiketHet'), h('small', {}, 'mini app')));
    this.element = h('div', { class: 'miniapp', role: 'dialog', 'aria-label': 'Mini App' }, top, this.frame, this.main);
    this.element.close = () => this.#close();
    this.element.addEventListener('keydown', (event) => event.key === 'Escape' && this.#leave());
    this.#backButton(false);
    screen.append(this.element);
    this.sized = new ResizeObserver(() => this.#viewport());
    this.sized.observe(this.frame);
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.dressed = () => this.tell('theme_changed', { theme_params: theme() });
    this.scheme.addEventListener('change', this.dressed);
  }

  tell(eventType, eventData = {}) {
    this.frame.contentWindow?.tell?.(eventType, eventData);
  }

  #close() {
    this.sized.disconnect();
    this.scheme.removeEventListener('change', this.dressed);
    this.element.remove();
  }

  /** What the app asks of Telegram. */
  #hear(name, data) {
    switch (name) {
      case 'web_app_close':
        return this.#close();
      case 'web_app_setup_back_button':
        return this.#backButton(Boolean(data.is_visible));
      case 'web_app_setup_main_button':
        return this.#mainButton(data);
      case 'web_app_setup_closing_behavior':
        this.asks = Boolean(data.need_confirmation);
        return undefined;
      case 'web_app_request_viewport':
        return this.#viewport();
      case 'web_app_request_theme':
        return this.dressed();
      case 'web_app_request_safe_area':
        return this.tell('safe_area_changed', NO_INSETS);
      case 'web_app_request_content_safe_area':
        return this.tell('content_safe_area_changed', NO_INSETS);
      case 'web_app_open_link':
        return this.follow(data.url);
      case 'web_app_open_tg_link':
        return this.follow(`https://t.me${data.path_full}`);
      case 'web_app_invoke_custom_method':
        return this.tell('custom_method_invoked', { req_id: data.req_id, error: 'UNSUPPORTED' });
      default:
        return undefined;
    }
  }

  #backButton(shown) {
    this.goesBack = shown;
    this.back.replaceChildren(icon(shown ? 'back' : 'close'));
    this.back.setAttribute('aria-label', say(shown ? 'back' : 'close'));
  }

  #mainButton({ is_visible, text, is_active, is_progress_visible }) {
    if (is_visible !== undefined) this.main.hidden = !is_visible;
    if (text) this.main.textContent = text;
    if (is_active !== undefined) this.main.disabled = !is_active;
    this.main.classList.toggle('busy', Boolean(is_progress_visible));
  }

  #viewport() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    this.tell('viewport_changed', { width, height, is_expanded: true, is_state_stable: true });
  }

  #leave() {
    if (this.goesBack) this.tell('back_button_pressed');
    else if (!this.asks || confirm(say('close_anyway'))) this.#close();
  }
}

/** Telegram's names for this page's colours, as they are right now. */
function theme() {
  const probe = h('i', { hidden: true });
  document.body.append(probe);
  const color = (name) => {
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3);
    return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, '0')).join('')}`;
  };
  const found = Object.fromEntries(Object.entries(COLORS).map(([name, own]) => [name, color(own)]));
  probe.remove();
  return found;
}
