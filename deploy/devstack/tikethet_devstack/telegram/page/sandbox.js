// The demo's chats on one screen: what a Telegram client would show, and what the live feed says meanwhile.
const language = navigator.language.startsWith('ru') ? 'ru' : 'en';
let texts = {};
let revision = -1;
const text = (key) => texts[key] ?? key;
const status = document.querySelector('header p');

function element(tag, className, content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

async function ask(path, body, type = 'application/json') {
  const headers = { 'X-Sandbox': '1', 'Content-Type': type };
  const answer = await fetch(`/sandbox/${path}`, body === undefined ? {} : { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function chat(section) {
  const who = section.dataset.who;
  const top = element('div', 'top');
  const name = element('small');
  const app = element('a', 'button', text('app'));
  app.href = `/app/?as=${who}`;
  app.target = '_blank';
  top.append(element('h2', '', text(who)), name, app);
  const log = element('div', 'log');
  const form = element('form');
  const input = Object.assign(element('input'), { type: 'text', placeholder: text('write'), ariaLabel: text('write') });
  const photo = element('label', 'button', '📷');
  const file = Object.assign(element('input'), { type: 'file', accept: 'image/*', ariaLabel: text('photo') });
  photo.append(file);
  form.append(photo, input, element('button', '', text('send')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = input.value.trim();
    if (!said) return;
    input.value = '';
    try {
      await ask('say', JSON.stringify({ as: who, text: said }));
    } catch {
      input.value = said; // nothing typed is lost
    }
  });
  file.addEventListener('change', async () => {
    if (file.files[0]) await ask(`photo?as=${who}`, file.files[0], 'application/octet-stream');
    file.value = '';
  });
  section.append(top, log, form);
  return { who, name, log };
}

function keys(view, message) {
  const rows = element('div', 'keys');
  for (const row of message.buttons) {
    const line = element('div');
    for (const button of row) {
      const made = element(button.url ? 'a' : 'button', 'button', button.text);
      if (button.url) Object.assign(made, { href: button.url, target: '_blank', rel: 'noopener' });
      else if (button.data === null) made.addEventListener('click', () => ask('say', JSON.stringify({ as: view.who, text: button.text })));
      else made.addEventListener('click', () => ask('tap', JSON.stringify({ as: view.who, message: message.id, data: button.data })));
      line.append(made);
    }
    rows.append(line);
  }
  return rows;
}

function show(view, person) {
  view.name.textContent = person.name;
  const atEnd = view.log.scrollHeight - view.log.scrollTop - view.log.clientHeight < 80;
  const byId = new Map(person.messages.map((message) => [message.id, message]));
  view.log.replaceChildren();
  if (!person.messages.length) view.log.append(element('p', 'empty', text('empty')));
  for (const message of person.messages) {
    const bubble = element('div', message.out ? 'bubble' : 'bubble mine');
    const quoted = byId.get(message.reply_to);
    if (quoted) bubble.append(element('div', 'quote', quoted.text.slice(0, 80)));
    if (message.photo) bubble.append(Object.assign(element('img'), { src: `/sandbox/file/${message.photo}`, alt: '' }));
    if (message.document) bubble.append(element('div', 'quote', `📎 ${message.document}`));
    bubble.append(message.text);
    const time = new Date(message.date * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
    bubble.append(element('small', '', message.edited ? `${text('edited')} ${time}` : time));
    view.log.append(bubble);
    if (message.buttons.length) view.log.append(keys(view, message));
  }
  if (atEnd) view.log.scrollTop = view.log.scrollHeight;
}

async function follow(views) {
  for (;;) {
    try {
      const state = await ask(`state?after=${revision}`);
      revision = state.revision;
      if (state.notice) status.textContent = state.notice;
      for (const view of views) show(view, state.people[view.who]);
    } catch {
      status.textContent = text('away');
      await new Promise((again) => setTimeout(again, 1000));
    }
  }
}

async function listen(list) {
  const token = async () => (await (await fetch('/api/v1/demo/token?as=admin')).json()).access_token;
  let cursor;
  for (;;) {
    try {
      const ours = await token();
      const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/ws`);
      await new Promise((opened, failed) => Object.assign(socket, { onopen: opened, onerror: failed }));
      socket.send(JSON.stringify({ type: 'authenticate', token: ours, resume: cursor }));
      await new Promise((closed) => {
        socket.onclose = closed;
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.type === 'ready') cursor = { epoch: frame.epoch, position: frame.position };
          if (frame.type === 'progress') cursor.position = frame.position;
          if (frame.type !== 'event') return;
          cursor.position = frame.position;
          const line = element('li');
          line.append(element('span', '', `${frame.position} `), element('b', '', frame.event.type.replace('tikethet.', '')));
          line.append(element('span', '', ` ${frame.event.channel} · ${frame.event.audience}`));
          list.prepend(line);
        };
      });
    } catch {
      // the next round tries again
    }
    await new Promise((again) => setTimeout(again, 1000));
  }
}

texts = await ask(`texts?language=${language}`);
document.documentElement.lang = language;
document.title = document.querySelector('h1').textContent = text('title');
document.querySelector('.events h2').textContent = text('events');
const cut = document.querySelector('#cut');
cut.textContent = text('cut');
cut.addEventListener('click', async () => {
  await ask('cut', '{}');
  status.textContent = text('was_cut');
});
follow([...document.querySelectorAll('.chat')].map(chat));
listen(document.querySelector('.events ol'));
