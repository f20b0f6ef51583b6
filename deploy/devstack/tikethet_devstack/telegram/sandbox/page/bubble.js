// Messages as bubbles: text, media, albums, what they answer, the buttons below them.
import { avatar, h, icon, tone } from './dom.js';
import { say, size, time } from './net.js';
import { rich } from './rich.js';

const SEEN = ['photo', 'video', 'sticker'];

/** One bubble: a message, or an album's several. `view` is the chat it stands in. */
export function bubble(messages, view) {
  const [first] = messages;
  if (first.service) return h('p', { class: 'service' }, say(`service_${first.service.kind}`, first.service).trim());
  const last = messages.at(-1);
  const words = messages.find((each) => each.text) ?? first;
  const pictures = messages.filter((each) => each.media);
  const named = view.isGroup && !first.mine;
  const body = h(
    'div',
    { class: 'body' },
    named && h('b', { class: 'author', dataset: { tone: tone(first.from.id) } }, first.from.name),
    first.forwarded && h('span', { class: 'hint' }, say('forwarded', { name: first.forwarded })),
    quoted(first.reply_to, view),
    pictures.length > 0 && h('div', { class: pictures.length > 1 ? 'album' : 'single' }, pictures.map((each) => media(each.media))),
    words.text && h('span', { class: 'text' }, rich(words.text, words.entities, view.links(words))),
    h(
      'span',
      { class: 'when' },
      words.edited && `${say('edited')} `,
      time(last.date),
      view.ticks && first.mine && h('span', { class: 'ticks', dataset: { of: String(last.id) } }, ticks(view.arrived(last))),
    ),
  );
  const more = h('button', { type: 'button', class: 'more', 'aria-label': say('more'), onclick: () => view.choose(words, more) }, icon('more'));
  const made = h(
    'article',
    { class: `bubble ${first.mine ? 'mine' : ''} ${pictures.some((each) => SEEN.includes(each.media.kind)) ? 'pictured' : ''} ${words.text ? '' : 'bare'}`, tabIndex: -1, dataset: { id: String(last.id) } },
    named && avatar(first.from.name, first.from.id),
    h('div', { class: 'column' }, h('div', { class: 'row' }, body, more), keys(last, view)),
  );
  body.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    view.choose(words, more);
  });
  body.addEventListener('dblclick', () => view.reply(words));
  return made;
}

/** One tick: Telegram has it; two: it stands in the log. */
export function ticks(arrived) {
  return arrived ? '✓✓' : '✓';
}

function quoted(id, view) {
  const found = id && view.find(id);
  if (!found) return null;
  const line = found.text || say(`media_${found.media?.kind ?? 'document'}`);
  const go = () => view.goTo(id);
  return h(
    'button',
    { type: 'button', class: 'quoted', onclick: go },
    h('b', {}, view.nameOf(found)),
    h('span', {}, line.slice(0, 120)),
  );
}

function keys(message, view) {
  if (!message.buttons?.length) return null;
  return h(
    'div',
    { class: 'keys' },
    message.buttons.map((row) => h('div', {}, row.map((button) => key(button, message, view)))),
  );
}

function key(button, message, view) {
  const press = async (event) => {
    const pressed = event.currentTarget;
    pressed.classList.add('busy');
    await view.press(button, message);
    setTimeout(() => pressed.classList.remove('busy'), 3000);
  };
  return h('button', { type: 'button', class: `key ${button.kind}`, onclick: press }, button.text);
}

function media(found) {
  const source = found.file && `/sandbox/file/${found.file}`;
  switch (found.kind) {
    case 'photo':
    case 'sticker':
      return h('a', { class: found.kind, href: source, target: '_blank', rel: 'noopener' }, h('img', { src: source, alt: say('media_photo'), loading: 'lazy' }));
    case 'video':
      return h('video', { src: source, controls: true, preload: 'metadata' });
    case 'voice':
    case 'audio':
      return h('audio', { src: source, controls: true, preload: 'metadata' });
    case 'place':
      return h('span', { class: 'card' }, icon('place'), h('span', {}, h('b', {}, say('media_place')), `${found.lat.toFixed(4)}, ${found.long.toFixed(4)}`));
    case 'contact':
      return h('span', { class: 'card' }, avatar(found.name, 3), h('span', {}, h('b', {}, found.name), found.phone));
    default:
      return h(
        'a',
        { class: 'card', href: source, download: found.name || 'file' },
        icon('file'),
        h('span', {}, h('b', {}, found.name || say('media_document')), size(found.size)),
      );
  }
}
