// What the page asks of the sandbox, and the words it shows.
export const language = navigator.language.startsWith('ru') ? 'ru' : 'en';
const clock = language === 'ru' ? 'ru' : 'en-GB'; // a day has 24 hours here
let words = {};

/** A text of the page; `{name}` is filled in. */
export function say(key, facts = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ''));
}

export async function learnWords() {
  words = await get(`texts?language=${language}`);
}

export async function get(path) {
  return answered(await fetch(`/sandbox/${path}`));
}

/** Do something. Throws when it was refused; the message is Telegram's own name for the reason. */
export async function post(path, body, type = 'application/json') {
  const sent = type === 'application/json' ? JSON.stringify(body ?? {}) : body;
  return answered(await fetch(`/sandbox/${path}`, { method: 'POST', headers: { 'X-Sandbox': '1', 'Content-Type': type }, body: sent }));
}

export const act = (what, asked) => post(`do/${what}`, asked);

/** Send a file as somebody; `more` names the chat, what it answers, the album. */
export function upload(file, more) {
  const told = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined && value !== null));
  return post(`upload?${new URLSearchParams(told)}`, file, file.type || 'application/octet-stream');
}

/** Calls `hear` with each change, for ever; `lost` when the sandbox does not answer. */
export async function follow(hear, lost) {
  let revision = -1;
  for (;;) {
    try {
      const state = await get(`state?after=${revision}`);
      revision = state.revision;
      hear(state);
    } catch {
      lost();
      await new Promise((again) => setTimeout(again, 1000));
    }
  }
}

export function time(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(clock, { hour: '2-digit', minute: '2-digit' });
}

/** This moment, to the second. */
export function moment() {
  return new Date().toLocaleTimeString(clock);
}

export function day(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return say('today');
  return date.toLocaleDateString(clock, { day: 'numeric', month: 'long' });
}

export function size(bytes) {
  const number = (value) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  return bytes < 1024 * 1024 ? `${number(bytes / 1024)} KB` : `${number(bytes / 1024 / 1024)} MB`;
}

async function answered(answer) {
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.error ?? String(answer.status));
}
