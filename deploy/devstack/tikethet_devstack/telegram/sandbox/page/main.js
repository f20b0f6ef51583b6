// The page: two chats with the bot, the staff group, the live event log; what changes is told to each.
import { h, toast } from './dom.js';
import { act, follow as listen, language, learnWords, say } from './net.js';
import { Chat } from './chat.js';
import { Feed } from './feed.js';
import { Group } from './group.js';
import { Trouble } from './trouble.js';

const IDS = { customer: 700000001, helper: 700000002, admin: 700000003, guest: 700000004 };

await learnWords();
document.documentElement.lang = language;
document.title = document.querySelector('h1').textContent = say('title');

const names = new Map();
const feed = new Feed(() => IDS, () => {
  for (const chat of chats) chat.markArrived();
  trouble.count();
});
const client = new Chat(['customer', 'guest'], { feed, follow: go });
const desk = new Chat(['helper', 'admin'], { feed, follow: go });
const group = new Group(['helper', 'admin'], {
  follow: go,
  nameOfPerson: (who) => names.get(who) ?? '',
  connect: () => {
    desk.sit('admin');
    desk.composer.command('/group');
  },
});
const chats = [client, desk];
const screens = [client.element, desk.element, group.element, feed.element];
const trouble = new Trouble({ feed, chat: client });

document.querySelector('main').append(...screens);
document.querySelector('.tabs').append(
  ...['tab_client', 'tab_desk', 'tab_group', 'tab_events'].map((key, index) =>
    h('button', { type: 'button', onclick: () => screens[index].scrollIntoView({ behavior: 'smooth', inline: 'start' }) }, say(key)),
  ),
);
const seen = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      document.querySelectorAll('.tabs button')[screens.indexOf(target)].setAttribute('aria-current', String(isIntersecting));
    }
  },
  { root: document.querySelector('main'), threshold: 0.6 },
);
screens.forEach((screen) => seen.observe(screen));

/** Where a link leads: deep links of the bot stay here, everything else opens beside. */
async function go(url, from) {
  const at = new URL(url, location.href);
  const username = desk.state.bot.username.toLowerCase();
  const [named] = at.pathname.slice(1).toLowerCase().split('/');
  const told = (name) => at.searchParams.get(name);
  if (at.hostname === 't.me' && named === username) {
    const who = from.who;
    if (told('startgroup') !== null) {
      await act('connect', { as: who, group: group.state.id, payload: told('startgroup'), rights: told('admin') ?? '' });
      toast(say('group_connected', { title: group.state.title }));
    } else if (told('startapp') !== null) {
      await (from.openApp ? from : desk).openApp(undefined, told('startapp'));
    } else {
      await act('say', { as: who, text: `/start ${told('start') ?? ''}`.trim() });
    }
    return;
  }
  window.open(at, '_blank', 'noopener');
}

function hear(state) {
  for (const [name, facts] of Object.entries(state.changed)) {
    const [kind, key] = name.split(':');
    if (kind === 'chat') {
      names.set(key, facts.name);
      chats.find((chat) => chat.people.includes(key))?.update(key, facts);
    } else {
      group.update(facts);
    }
  }
  for (const chat of chats) {
    chat.setTyping(state.typing);
    chat.markArrived();
  }
  for (const answer of state.answers) (chats.find((chat) => chat.who === answer.as) ?? group).answered(answer);
  trouble.line(state.connected);
  document.body.dataset.away = 'false';
}

listen(hear, () => (document.body.dataset.away = 'true'));
feed.run();
trouble.watch();
