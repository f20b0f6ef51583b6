// The staff group: its topics on the left of the screen, one of them open, whoever of the staff writes.
import { avatar, h, icon, popup, toast } from './dom.js';
import { Composer } from './composer.js';
import { MessageList } from './list.js';
import { act, say } from './net.js';

const GENERAL = 1;

export class Group {
  /** `people`: who of the staff may write here; `nameOfPerson(who)` is known once their chats are. */
  constructor(people, { follow, nameOfPerson, connect }) {
    this.people = people;
    this.connect = connect;
    this.read = new Map(); // topic → the newest message that was on the screen
    this.who = people[0];
    this.follow = follow;
    this.nameOfPerson = nameOfPerson;
    this.topic = GENERAL;
    this.isGroup = true;
    this.ticks = false;
    this.state = null;
    this.title = h('b', {});
    this.status = h('small', {});
    this.topics = h('div', { class: 'topics', role: 'tablist', 'aria-label': say('topics') });
    this.seats = h('div', { class: 'seats', role: 'tablist', 'aria-label': say('seats') });
    this.element = h('section', { class: 'screen group', dataset: { who: 'group' } });
    this.list = new MessageList(this);
    this.composer = new Composer(this, () => ({ as: this.who, group: this.state.id, topic: this.topic }));
    this.more = h('button', { type: 'button', class: 'round', 'aria-label': say('more'), onclick: () => this.#options() }, icon('more'));
    const top = h('div', { class: 'top' }, h('span', {}, avatar(say('group'), 4)), h('div', { class: 'whom' }, this.title, this.status), this.more);
    this.element.append(this.seats, top, this.topics, this.list.element, this.composer.element);
  }

  update(state) {
    const first = this.state === null;
    this.state = state;
    if (first) for (const { id } of state.topics) this.read.set(id, this.#newest(id));
    if (!state.topics.some((each) => each.id === this.topic)) this.topic = GENERAL;
    this.draw();
  }

  draw() {
    const { title, members, bot, topics } = this.state;
    this.title.textContent = title;
    this.status.textContent = bot === 'absent' ? say('group_without_bot') : say('members', { count: members });
    this.topics.hidden = topics.length < 2;
    this.read.set(this.topic, this.#newest(this.topic));
    this.topics.replaceChildren(...topics.map((each) => this.#tab(each)));
    this.seats.replaceChildren(...this.people.map((who) => this.#seat(who)));
    const topic = topics.find((each) => each.id === this.topic);
    this.composer.offer({ commands: [], menu: null, keyboard: null });
    this.composer.field.placeholder = topic?.closed ? say('topic_is_closed') : say('write');
    const shown = this.state.messages.filter((each) => each.topic === this.topic).map((each) => ({ ...each, mine: this.#isOurs(each) }));
    const connect = bot === 'absent' && h('button', { type: 'button', class: 'start', onclick: this.connect }, say('group_connect'));
    const hello = h('div', { class: 'hello' }, avatar(title, 4), h('p', {}, say(bot === 'absent' ? 'group_hello' : 'topic_empty')), connect);
    const waiting = bot === 'absent' && shown.every((each) => each.service);
    this.list.show(waiting ? [] : shown, hello);
  }

  open(topic) {
    this.topic = topic;
    this.draw();
    this.list.toEnd();
  }

  // ---------------------------------------------------------------- what a bubble asks

  find(id) {
    return this.state.messages.find((each) => each.id === id);
  }

  lastOwn() {
    return this.state?.messages.findLast((each) => this.#isOurs(each) && each.text && each.topic === this.topic);
  }

  nameOf(message) {
    return message.from.name;
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

  arrived() {
    return false;
  }

  choose(message, anchor) {
    const here = { as: this.who, group: this.state.id, message: message.id };
    popup(
      [
        { text: say('reply'), act: () => this.composer.reply(message) },
        this.#isOurs(message) && message.text && { text: say('edit'), act: () => this.composer.edit(message) },
        message.text && { text: say('copy'), act: () => navigator.clipboard?.writeText(message.text) },
        { text: say('delete'), act: () => act('delete', here), danger: true },
      ].filter(Boolean),
      { anchor, label: say('more') },
    );
  }

  async press(button, message) {
    if (button.kind === 'url') return this.follow(button.url, this);
    if (button.kind !== 'tap') return undefined;
    return act('tap', { as: this.who, group: this.state.id, message: message.id, data: button.data });
  }

  answered(answer) {
    if (answer.text) toast(answer.text);
    this.element.querySelectorAll('.key.busy').forEach((each) => each.classList.remove('busy'));
  }

  // ---------------------------------------------------------------- the top

  #isOurs(message) {
    return message.from.name === this.nameOfPerson(this.who);
  }

  #newest(topic) {
    return this.state.messages.findLast((each) => each.topic === topic)?.id ?? 0;
  }

  #tab(topic) {
    const chosen = String(topic.id === this.topic);
    const news = this.#newest(topic.id) > (this.read.get(topic.id) ?? 0);
    const sign = topic.id === GENERAL ? '#' : (topic.icon ?? '💬');
    return h(
      'button',
      { type: 'button', role: 'tab', 'aria-selected': chosen, class: news && 'news', onclick: () => this.open(topic.id), oncontextmenu: (event) => this.#topicMenu(event, topic) },
      h('span', { class: 'sign' }, sign),
      h('span', { class: 'title' }, topic.id === GENERAL ? say('general') : topic.title),
      topic.closed && icon('lock'),
    );
  }

  #seat(who) {
    const chosen = String(who === this.who);
    const sit = () => {
      this.who = who;
      this.draw();
    };
    return h('button', { type: 'button', role: 'tab', 'aria-selected': chosen, onclick: sit }, h('b', {}, this.nameOfPerson(who)), h('span', {}, say(`as_${who}`)));
  }

  #topicMenu(event, topic) {
    event.preventDefault();
    if (topic.id !== GENERAL) popup(this.#topicDoings(topic), { anchor: event.currentTarget, label: say('more') });
  }

  #topicDoings(topic) {
    const here = { as: this.who, group: this.state.id, topic: topic.id };
    const change = (what) => act('topic', { ...here, what }).catch((refusal) => toast(say('refused', { why: refusal.message })));
    return [
      { text: say(topic.closed ? 'topic_reopen' : 'topic_close'), act: () => change(topic.closed ? 'reopen' : 'close') },
      { text: say('topic_delete'), act: () => change('delete'), danger: true },
    ];
  }

  #options() {
    const rights = (what) => act('rights', { as: 'admin', group: this.state.id, what });
    const topic = this.state.topics.find((each) => each.id === this.topic);
    const doings = topic && topic.id !== GENERAL ? this.#topicDoings(topic) : [];
    if (this.state.bot === 'admin') doings.push({ text: say('bot_demote'), act: () => rights('demote') });
    if (this.state.bot === 'member') doings.push({ text: say('bot_promote'), act: () => rights('promote') });
    if (this.state.bot === 'absent') doings.push({ text: say('bot_add'), act: () => act('connect', { as: 'admin', group: this.state.id }) });
    else doings.push({ text: say('bot_remove'), act: () => rights('remove'), danger: true });
    popup(doings, { anchor: this.more, label: say('more') });
  }
}
