// A message's text with its entities, links and commands as elements.
import { h } from './dom.js';

const TAGS = { bold: 'b', italic: 'i', underline: 'u', strike: 's', code: 'code', pre: 'pre', quote: 'blockquote', spoiler: 'span' };
const FOUND = /(https?:\/\/[^\s<>"]+|\bt\.me\/[^\s<>"]+|(?<![\w/])\/[a-z][a-z0-9_]{0,31}\b)/gi;

/** `act.link(url)` and `act.command(text)` are called on a click. Offsets count UTF-16 units, as JavaScript does. */
export function rich(text, entities, act) {
  const cuts = new Set([0, text.length]);
  for (const each of entities) cuts.add(each.at).add(each.at + each.length);
  const points = [...cuts].filter((at) => at <= text.length).sort((a, b) => a - b);
  return points.slice(0, -1).flatMap((from, index) => {
    const inside = text.slice(from, points[index + 1]);
    const around = entities.filter((each) => each.at <= from && from < each.at + each.length);
    const plain = around.some((each) => each.kind === 'code' || each.kind === 'pre' || each.kind === 'link');
    return around.reduce((made, each) => [wrapped(each, made, act)], plain ? [inside] : linked(inside, act));
  });
}

function wrapped(entity, children, act) {
  if (entity.kind === 'link') return link(entity.url, children, act);
  if (entity.kind === 'spoiler') {
    const show = (event) => event.currentTarget.classList.add('open');
    return h('span', { class: 'spoiler', onclick: show }, children);
  }
  return h(TAGS[entity.kind], {}, children);
}

function linked(text, act) {
  return text.split(FOUND).map((part, index) => {
    if (index % 2 === 0) return part;
    if (part.startsWith('/')) return h('a', { href: '#', onclick: stopped(() => act.command(part)) }, part);
    return link(part.startsWith('http') ? part : `https://${part}`, [part], act);
  });
}

function link(url, children, act) {
  return h('a', { href: url, rel: 'noopener', onclick: stopped(() => act.link(url)) }, children);
}

const stopped = (then) => (event) => {
  event.preventDefault();
  then();
};
