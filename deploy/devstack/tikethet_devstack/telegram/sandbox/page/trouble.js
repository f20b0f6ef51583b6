// Break things and watch everything arrive once: what runs, what was killed, how many words went in and came out.
import { h, toast } from './dom.js';
import { act, moment, post, say } from './net.js';

const PARTS = ['bot', 'tickets', 'telegram'];
const ROUND = 12;
const PAUSE_MS = 250;

export class Trouble {
  constructor({ feed, chat }) {
    this.feed = feed;
    this.chat = chat;
    this.up = new Map(PARTS.map((part) => [part, true]));
    this.since = new Map();
    this.round = null;
    this.lights = new Map(PARTS.map((part) => [part, h('li', { dataset: { up: 'true' } }, say(`part_${part}`))]));
    document.querySelector('.lights').replaceChildren(...this.lights.values());
    this.tally = document.querySelector('.tally');
    const button = (key, doing, kind = '') => h('button', { type: 'button', class: kind, onclick: doing }, say(key));
    document.querySelector('.trouble').replaceChildren(
      button('kill_bot', () => this.kill('bot')),
      button('kill_tickets', () => this.kill('tickets')),
      button('cut', () => this.cut()),
      (this.start = button('try', () => this.run(), 'primary')),
    );
  }

  async kill(part) {
    const { killed } = await post('kill', { part });
    if (!killed) return toast(say('is_down', { part: say(`part_${part}`) }));
    this.feed.note(say('was_killed', { part: say(`part_${part}`) }), 'down');
    this.#mark(part, false);
    return undefined;
  }

  async cut() {
    await post('cut');
    this.feed.note(say('was_cut'), 'down');
    this.#mark('telegram', false);
  }

  /** Twelve messages, and on the way the bot dies, tickets dies, the line is cut. */
  async run() {
    const who = this.chat.who;
    const stamp = moment();
    const texts = Array.from({ length: ROUND }, (_, index) => say('try_text', { number: index + 1, of: ROUND, stamp }));
    this.round = { who, texts, sent: 0 };
    this.start.disabled = true;
    for (const [index, text] of texts.entries()) {
      await act('say', { as: who, text });
      this.round.sent += 1;
      this.count();
      if (index === 2) await this.kill('bot');
      if (index === 5) await this.kill('tickets');
      if (index === 8) await this.cut();
      await new Promise((next) => setTimeout(next, PAUSE_MS));
    }
    this.start.disabled = false;
  }

  /** Called whenever the log has grown. */
  count() {
    if (this.round === null) return;
    const { who, texts, sent } = this.round;
    const found = texts.map((text) => this.feed.count(who, text));
    const once = found.filter((times) => times === 1).length;
    const twice = found.filter((times) => times > 1).length;
    const dots = texts.map((_, index) => h('i', { class: found[index] > 1 ? 'twice' : found[index] ? 'there' : index < sent ? 'sent' : '' }));
    this.tally.replaceChildren(h('span', { class: 'dots', 'aria-hidden': 'true' }, dots), h('b', {}, say('tally', { sent, once, twice })));
    this.tally.classList.toggle('whole', once === ROUND);
  }

  /** Ask how the parts are, for ever: often while one is down. */
  async watch() {
    for (;;) {
      try {
        const answer = await fetch('/health');
        const { parts } = await answer.json();
        for (const part of ['bot', 'tickets']) this.#mark(part, parts[part]?.status === 'up');
      } catch {
        // the gateway is not there either
      }
      await new Promise((again) => setTimeout(again, [...this.up.values()].every(Boolean) ? 3000 : 400));
    }
  }

  /** The sandbox knows whether the bot's line stands. */
  line(connected) {
    this.#mark('telegram', connected);
  }

  #mark(part, up) {
    if (this.up.get(part) === up) return;
    this.up.set(part, up);
    this.lights.get(part).dataset.up = String(up);
    if (up) {
      const seconds = ((performance.now() - this.since.get(part)) / 1000).toFixed(1);
      this.feed.note(say('is_back', { part: say(`part_${part}`), seconds }), 'up');
    } else {
      this.since.set(part, performance.now());
    }
  }
}
