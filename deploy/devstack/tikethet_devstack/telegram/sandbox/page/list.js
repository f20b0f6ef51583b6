// A chat's messages, kept in step with what the sandbox says: only what changed is drawn anew.
import { bubble } from './bubble.js';
import { h } from './dom.js';
import { day, say } from './net.js';

const NEAR_PX = 120;
const TOGETHER_S = 300;

export class MessageList {
  constructor(view) {
    this.view = view;
    this.element = h('div', { class: 'list', role: 'log', tabIndex: 0, 'aria-label': say('messages') });
    this.element.addEventListener('keydown', (event) => this.#move(event));
    this.element.addEventListener('scroll', () => (this.atEnd = this.#distance() < NEAR_PX), { passive: true });
    this.element.addEventListener('load', () => this.#stay(), true); // a picture grows when it comes
    new ResizeObserver(() => this.#stay()).observe(this.element);
    this.atEnd = true;
    this.drawn = new Map();
    this.empty = null;
  }

  /** `hello` stands in an empty chat. */
  show(messages, hello) {
    const list = this.element;
    const { atEnd } = this;
    const wanted = items(messages);
    const kept = new Set(wanted.map((item) => item.key));
    for (const [key, { element }] of this.drawn) {
      if (!kept.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    let before = null;
    for (const item of wanted) {
      const print = JSON.stringify(item);
      let known = this.drawn.get(item.key);
      if (known?.print !== print) {
        const element = item.day ? h('p', { class: 'service day' }, item.day) : bubble(item.messages, this.view);
        element.classList.toggle('joined', Boolean(item.joined));
        if (known) known.element.replaceWith(element);
        known = { print, element };
        this.drawn.set(item.key, known);
      }
      const follows = before ? before.nextSibling : list.firstChild;
      if (follows !== known.element) list.insertBefore(known.element, follows);
      before = known.element;
    }
    this.#greet(wanted.length === 0 ? hello : null);
    if (atEnd) this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  goTo(id) {
    const found = this.element.querySelector(`[data-id="${id}"]`);
    found?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    found?.classList.add('flash');
    setTimeout(() => found?.classList.remove('flash'), 1200);
  }

  #stay() {
    if (this.atEnd) this.toEnd();
  }

  #distance() {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight;
  }

  #greet(hello) {
    this.empty?.remove();
    this.empty = hello;
    if (hello) this.element.append(hello);
  }

  /** Arrow keys walk over messages, Enter opens what can be done with one. */
  #move(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const all = [...this.element.querySelectorAll('.bubble')];
    const at = all.indexOf(document.activeElement);
    if (step !== undefined && (document.activeElement === this.element || at >= 0)) {
      event.preventDefault();
      all[Math.max(0, Math.min(all.length - 1, at < 0 ? all.length - 1 : at + step))]?.focus();
    }
    if (event.key === 'Enter' && at >= 0) {
      event.preventDefault(); // or the same key would choose the menu's first item
      all[at].querySelector('.more').click();
    }
  }
}

/** Days, albums put together, and who goes on speaking. */
function items(messages) {
  const found = [];
  let date = null;
  let before = null;
  for (const message of messages) {
    const today = day(message.date);
    if (today !== date) found.push({ key: `day:${(date = today)}`, day: today });
    const album = message.album && found.at(-1)?.album === message.album ? found.at(-1) : null;
    if (album) {
      album.messages.push(message);
      continue;
    }
    const joined =
      before !== null && !message.service && !before.service && before.from.id === message.from.id && message.date - before.date < TOGETHER_S;
    found.push({ key: message.album ? `album:${message.album}` : `m:${message.id}`, album: message.album, joined, messages: [message] });
    before = message;
  }
  return found;
}
