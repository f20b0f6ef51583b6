// Elements in one call: h('button', { class: 'key', onclick }, 'text', child…). Text is always text, never markup.
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'class') made.className = value;
    else if (name === 'dataset') Object.assign(made.dataset, value);
    else if (name === 'vars') for (const [key, given] of Object.entries(value)) made.style.setProperty(`--${key}`, given);
    else if (name in made && typeof value !== 'string') made[name] = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  send: 'M3 20.5V14l8-2-8-2V3.5l19 8.5z',
  clip: 'M16.5 6.5v10a4.5 4.5 0 0 1-9 0V6a3 3 0 0 1 6 0v9.5a1.5 1.5 0 0 1-3 0V7H9v8.5a3 3 0 0 0 6 0V6a4.5 4.5 0 0 0-9 0v10.5a6 6 0 0 0 12 0v-10z',
  mic: 'M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15m6.5-3.5a6.5 6.5 0 0 1-5.5 6.4V21h-2v-3.1a6.5 6.5 0 0 1-5.5-6.4h2a4.5 4.5 0 0 0 9 0z',
  stop: 'M7 7h10v10H7z',
  close: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z',
  back: 'M15.4 5 17 6.5 11.4 12l5.6 5.5-1.6 1.5-7-7z',
  keys: 'M4 6h16v12H4zm3 3v2h2V9zm4 0v2h2V9zm4 0v2h2V9zm-7 4v2h8v-2z',
  menu: 'M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z',
  window: 'M4 5h16v14H4zm2 4v8h12V9z',
  more: 'M12 7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3m0 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3m0 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3',
  file: 'M6 3h8l5 5v13H6zm7 1.5V9h4.5z',
  place: 'M12 2a7 7 0 0 1 7 7c0 5-7 13-7 13S5 14 5 9a7 7 0 0 1 7-7m0 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5',
  lock: 'M7 10V8a5 5 0 0 1 10 0v2h1v11H6V10zm2 0h6V8a3 3 0 0 0-6 0z',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const drawing = document.createElementNS(space, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** One of seven colours; the same for the same number everywhere. */
export function tone(seed) {
  return String((seed + 1) % 7);
}

/** A round picture with somebody's initials, in a colour of their own. */
export function avatar(name, seed = 0) {
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? '').join('').slice(0, 2).toUpperCase();
  return h('span', { class: 'avatar', dataset: { tone: tone(seed) }, 'aria-hidden': 'true' }, initials);
}

let shown;
/** A line at the bottom that goes by itself. */
export function toast(text) {
  clearTimeout(shown);
  document.querySelector('.toasts').replaceChildren(h('p', {}, text));
  shown = setTimeout(() => document.querySelector('.toasts').replaceChildren(), 4000);
}

/** A small menu at a place; keys move in it, Escape and a click elsewhere close it. */
export function popup(items, { anchor, label }) {
  document.querySelector('.popup')?.remove();
  const list = h('div', { class: 'popup', role: 'menu', 'aria-label': label });
  const close = () => {
    list.remove();
    removeEventListener('pointerdown', outside, true);
    anchor.focus?.({ preventScroll: true });
  };
  const outside = (event) => list.contains(event.target) || close();
  for (const item of items) {
    const act = () => {
      close();
      item.act();
    };
    list.append(h('button', { type: 'button', role: 'menuitem', class: item.danger ? 'danger' : undefined, onclick: act }, item.text));
  }
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    if (step === undefined) return;
    event.preventDefault();
    const all = [...list.children];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  });
  document.body.append(list);
  const at = anchor.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  list.style.top = `${at.bottom + size.height + 8 > innerHeight ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
  addEventListener('pointerdown', outside, true);
  list.firstElementChild?.focus({ preventScroll: true });
}
