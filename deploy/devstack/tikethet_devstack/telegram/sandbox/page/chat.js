// One screen: somebody's chat with the bot. Two people may share a screen and take turns.
import { avatar, h, icon, popup, toast } from './dom.js';
import { Composer } from './composer.js';
import { MessageList } from './list.js';
import { openApp } from './miniapp.js';
import { act, say } from './net.js';
import { ticks } from './bubble.js';

export class Chat {
  /** `people`: the keys of those who sit here; `feed` knows what arrived in the log; `follow` goes after links. */
  constructor(people, { feed, follow }) {
    this.people = people;
    this.who = people[0];
    this.feed = feed;
    this.follow = follow;
    this.states = new Map();
    this.ticks = true;
    this.isGroup = false;
    this.typing = false;
    this.name = h('b', {});
    this.status = h('small', {});
    this.face = h('span', {});
    this.switch = h('div', { class: 'seats', role: 'tablist', 'aria-label': say('seats') });
    this.element = h('section', { class: 'screen', dataset: { who: people[0] } });
    this.list = new MessageList(this);
    this.composer = new Composer(this, () => ({ as: this.who }));
    const app = h('button', { type: 'button', class: 'app', onclick: () => this.openApp() }, say('app'));
    this.more = h('button', { type: 'button', class: 'round', 'aria-label': say('more'), onclick: () => this.#options() }, icon('more'));
    const top = h('div', { class: 'top' }, this.face, h('div', { class: 'whom' }, this.name, this.status), app, this.more);
    this.element.append(this.switch, top, this.list.element, this.composer.element);
  }

  get state() {
    return this.states.get(this.who);
  }

  update(who, state) {
    this.states.set(who, state);
    this.#seats();
    if (who === this.who) this.draw();
  }

  setTyping(typing) {
    const now = typing.includes(this.who);
    if (now === this.typing) return;
    this.typing = now;
    this.#head();
  }

  sit(who) {
    this.who = this.element.dataset.who = who;
    this.#seats();
    if (this.state) this.draw();
    this.list.toEnd();
  }

  draw() {
    const { messages, commands, menu, keyboard, bot, about } = this.state;
    this.#head();
    this.composer.offer({ commands, menu, keyboard });
    const start = h('button', { type: 'button', class: 'start', onclick: () => this.composer.command('/start') }, say('start'));
    this.list.show(messages, h('div', { class: 'hello' }, avatar(bot.name, bot.id), h('p', {}, about || say('hello')), start));
  }

  /** What the log knows has changed: only the ticks may look different. */
  markArrived() {
    if (!this.state) return;
    for (const message of this.state.messages.filter((each) => each.mine)) {
      const mark = this.list.element.querySelector(`.ticks[data-of="${message.id}"]`);
      if (mark) {
        const arrived = this.arrived(message);
        mark.textContent = ticks(arrived);
        mark.classList.toggle('arrived', arrived);
      }
    }
  }

  // ---------------------------------------------------------------- what a bubble asks

  /** Whether a message of ours stands in the log; of several that say the same the first ones do first. */
  arrived(message) {
    const said = inTheLog(message);
    const same = this.state.messages.filter((each) => each.mine && each.id <= message.id && inTheLog(each) === said);
    const once = new Set(same.map((each) => each.album ?? each.id));
    return this.feed.count(this.who, said) >= once.size;
  }

  find(id) {
    return this.state.messages.find((each) => each.id === id);
  }

  lastOwn() {
    return this.state?.messages.findLast((each) => each.mine && each.text);
  }

  nameOf(message) {
    return message.mine ? say('you') : this.state.bot.name;
  }

  goTo(id) {
    this.list.goTo(id);
  }

  links() {
    return { link: (url) => this.follow(url, this), command: (text) => this.composer.command(text) };
  }

  reply(message) {
    this.composer.reply(message);
  }

  sent() {
    this.list.toEnd();
  }

  openApp(url, start) {
    return openApp(this.element, { who: this.who, url, start, follow: (link) => this.follow(link, this) });
  }

  choose(message, anchor) {
    const copy = () => navigator.clipboard?.writeText(message.text);
    const take = () => act('delete', { as: this.who, message: message.id });
    popup(
      [
        { text: say('reply'), act: () => this.composer.reply(message) },
        message.mine && message.text && { text: say('edit'), act: () => this.composer.edit(message) },
        message.text && { text: say('copy'), act: copy },
        { text: say('delete'), act: take, danger: true },
      ].filter(Boolean),
      { anchor, label: say('more') },
    );
  }

  async press(button, message) {
    switch (button.kind) {
      case 'tap':
        return act('tap', { as: this.who, message: message.id, data: button.data });
      case 'app':
        return this.openApp(button.url);
      case 'url':
        return this.follow(button.url, this);
      case 'copy':
        return navigator.clipboard?.writeText(button.text_to_copy);
      case 'contact':
      case 'place':
        return act('share', { as: this.who, kind: button.kind });
      default:
        return act('say', { as: this.who, text: button.text });
    }
  }

  /** The bot's answer to a tap. */
  answered(answer) {
    if (answer.url) this.follow(answer.url, this);
    else if (answer.text) toast(answer.text);
    this.element.querySelectorAll('.key.busy').forEach((each) => each.classList.remove('busy'));
  }

  // ---------------------------------------------------------------- the top

  #head() {
    const { bot, blocked } = this.state;
    this.face.replaceChildren(avatar(bot.name, bot.id));
    this.name.textContent = bot.name;
    this.status.textContent = say(blocked ? 'blocked' : this.typing ? 'typing' : 'is_bot');
    this.status.classList.toggle('busy', this.typing);
  }

  #seats() {
    this.switch.replaceChildren(
      ...this.people.map((who) => {
        const name = this.states.get(who)?.name ?? '';
        const chosen = String(who === this.who);
        return h('button', { type: 'button', role: 'tab', 'aria-selected': chosen, onclick: () => this.sit(who) }, h('b', {}, name), h('span', {}, say(`as_${who}`)));
      }),
    );
  }

  #options() {
    const block = { text: say('block'), act: () => act('block', { as: this.who }), danger: true };
    popup([{ text: say('app'), act: () => this.openApp() }, block], { anchor: this.more, label: say('more') });
  }
}

/** What the bot writes down of a message: a place and a contact become words. */
function inTheLog({ text = '', media }) {
  if (media?.kind === 'place') return `📍 ${media.lat.toFixed(6)}, ${media.long.toFixed(6)}`;
  if (media?.kind === 'contact') return `👤 ${media.name} ${media.phone}`;
  return text;
}
