// The live event log, as an administrator's feed tells it: what was, what comes, and what the people wrote that arrived.
import { h } from './dom.js';
import { moment, say } from './net.js';

const SHOWN = 300;
const BEFORE = 60;
const WORDS = ['TicketOpened', 'MessagePosted', 'NoteAdded'];

export class Feed {
  /** `heard` is called after each event. */
  constructor(people, heard) {
    this.people = people;
    this.heard = heard;
    this.members = new Map(); // member id → who of ours, or a name
    this.arrived = new Map(); // who + text → how often it stands in the log
    this.positions = new Set();
    this.rows = h('ol', { tabIndex: 0, 'aria-label': say('events') });
    this.state = h('small', {});
    this.element = h('section', { class: 'screen events' }, h('div', { class: 'top' }, h('div', { class: 'whom' }, h('b', {}, say('events')), this.state)), this.rows);
  }

  /** How often the log has a text of somebody, said through the bot. */
  count(who, text) {
    return this.arrived.get(`${who}\0${text}`) ?? 0;
  }

  /** A line of the page's own among the events: something was killed, something is back. */
  note(text, kind) {
    this.rows.prepend(h('li', { class: `note ${kind}` }, h('time', {}, moment()), h('span', {}, text)));
  }

  /** Listen, for ever. */
  async run() {
    let cursor;
    for (;;) {
      try {
        const admin = await this.#signIn();
        cursor ??= await this.#before(admin);
        await this.#listen(admin, cursor);
      } catch {
        // the house is not all there; the next round tries again
      }
      this.state.textContent = say('feed_away');
      await new Promise((again) => setTimeout(again, 1000));
    }
  }

  async #signIn() {
    const of = async (who) => (await fetch(`/api/v1/demo/token?as=${who}`)).json();
    if (this.members.size === 0) {
      for (const who of ['customer', 'helper']) this.members.set((await of(who)).user.id, who);
    }
    const admin = await of('admin');
    this.members.set(admin.user.id, 'admin');
    return admin.access_token;
  }

  async #before(token) {
    const headers = { Authorization: `Bearer ${token}` };
    const head = await fetch('/api/v1/tickets/counts', { headers });
    if (!head.ok) throw new Error('not yet');
    const position = Number(head.headers.get('Tikethet-Position'));
    const after = Math.max(0, position - BEFORE);
    const answer = await fetch(`/api/v1/events?after=${after}&limit=${BEFORE}`, { headers });
    if (answer.ok) for (const event of (await answer.json()).items) await this.#take(event, event.position, token);
    return { epoch: head.headers.get('Tikethet-Epoch'), position };
  }

  async #listen(token, cursor) {
    const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/ws`);
    await new Promise((opened, failed) => Object.assign(socket, { onopen: opened, onerror: failed }));
    socket.send(JSON.stringify({ type: 'authenticate', token, resume: cursor }));
    let order = Promise.resolve();
    await new Promise((closed) => {
      socket.onclose = closed;
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === 'ready') this.state.textContent = say('feed_live');
        if (['ready', 'progress', 'event'].includes(frame.type)) cursor.position = frame.position;
        if (frame.type === 'ready') cursor.epoch = frame.epoch;
        if (frame.type === 'event') order = order.then(() => this.#take(frame.event, frame.position, token));
      };
    });
  }

  async #take(event, position, token) {
    if (this.positions.has(position)) return;
    this.positions.add(position);
    const type = event.type.replace('tikethet.', '');
    const who = await this.#nameOf(event.actor, token);
    const text = event.data.content ?? event.data.description;
    if (WORDS.includes(type) && event.channel === 'bot' && typeof text === 'string') {
      const key = `${who}\0${text}`;
      this.arrived.set(key, (this.arrived.get(key) ?? 0) + 1);
    }
    this.rows.prepend(this.#row(event, position, type, who));
    while (this.rows.children.length > SHOWN) this.rows.lastElementChild.remove();
    this.heard();
  }

  async #nameOf(actor, token) {
    if (!actor || actor.includes(':') || actor === 'timer') return actor ?? '';
    if (!this.members.has(actor)) {
      const answer = await fetch(`/api/v1/members/${actor}`, { headers: { Authorization: `Bearer ${token}` } });
      const member = answer.ok ? await answer.json() : {};
      const ours = Object.entries(this.people()).find(([, id]) => id === member.telegram_id);
      this.members.set(actor, ours?.[0] ?? member.first_name ?? '');
    }
    return this.members.get(actor);
  }

  #row(event, position, type, who) {
    const { title, content, attachments, reason, priority } = event.data;
    const files = (attachments ?? []).map((each) => `📎 ${each.filename ?? ''}`).join(' ');
    const words = [title ?? content ?? reason ?? priority, files].filter(Boolean).join(' ');
    const known = this.people()[who] !== undefined ? say(`as_${who}`) : who;
    return h(
      'li',
      { class: event.audience },
      h(
        'details',
        {},
        h(
          'summary',
          {},
          h('span', { class: 'position' }, String(position)),
          h('b', { dataset: { area: area(type) } }, type),
          h('span', { class: 'by' }, [known, event.channel].filter(Boolean).join(' · ')),
          words && h('q', {}, words.slice(0, 90)),
        ),
        h('pre', {}, JSON.stringify(event, null, 2)),
      ),
    );
  }
}

function area(type) {
  if (/^(Message|Note)/.test(type)) return 'words';
  if (/^(Ticket|Work|Reply|Priority|Category|Title|Tags|Response|Resolution)/.test(type)) return 'ticket';
  return 'other';
}
