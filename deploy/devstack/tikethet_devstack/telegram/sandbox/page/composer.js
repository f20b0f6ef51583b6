// The field below a chat: write, answer, edit, attach, speak; the commands a bot offers.
import { h, icon, popup, toast } from './dom.js';
import { act, say, upload } from './net.js';

const LABEL_MAX = 9; // longer words would leave no room to write

export class Composer {
  /** `where()` names the chat for the sandbox: { as } or { as, group, topic }. */
  constructor(view, where) {
    this.view = view;
    this.where = where;
    this.commands = [];
    this.target = null;
    this.recorder = null;
    this.field = h('textarea', { rows: 1, maxLength: 4096, placeholder: say('write'), 'aria-label': say('write'), autocomplete: 'off' });
    this.picker = h('input', { type: 'file', multiple: true, hidden: true });
    this.offers = h('div', { class: 'offers', role: 'listbox', hidden: true, 'aria-label': say('commands') });
    this.strip = h('div', { class: 'strip', hidden: true });
    this.board = h('div', { class: 'board', hidden: true });
    this.menu = h('button', { type: 'button', class: 'menu', hidden: true, onclick: () => this.#openMenu() });
    this.slash = h('button', { type: 'button', class: 'round slash', hidden: true, 'aria-label': say('commands'), onclick: () => this.#openCommands() }, '/');
    this.attach = h('button', { type: 'button', class: 'round', 'aria-label': say('attach'), onclick: () => this.#attach() }, icon('clip'));
    this.toggle = h('button', { type: 'button', class: 'round', hidden: true, 'aria-label': say('keyboard'), onclick: () => (this.board.hidden = !this.board.hidden) }, icon('keys'));
    this.go = h('button', { type: 'submit', class: 'round go' });
    this.element = h(
      'form',
      { class: 'composer' },
      this.offers,
      this.strip,
      h('div', { class: 'line' }, this.menu, this.attach, this.field, this.slash, this.toggle, this.go),
      this.board,
      this.picker,
    );
    this.element.addEventListener('submit', (event) => this.#submit(event));
    this.field.addEventListener('keydown', (event) => this.#key(event));
    this.field.addEventListener('input', () => this.#changed());
    this.field.addEventListener('paste', (event) => this.#files(event, event.clipboardData.files));
    this.picker.addEventListener('change', () => this.#files(null, this.picker.files));
    addEventListener('pointerdown', (event) => this.element.contains(event.target) || (this.offers.hidden = true));
    view.element.addEventListener('dragover', (event) => event.preventDefault());
    view.element.addEventListener('drop', (event) => this.#files(event, event.dataTransfer.files));
    this.#changed();
  }

  /** What the bot offers right now. */
  offer({ commands, menu, keyboard }) {
    this.commands = commands;
    const shown = menu?.text ?? (commands.length ? say('menu') : '');
    this.menu.hidden = !shown;
    this.menu.dataset.url = menu?.url ?? '';
    this.menu.replaceChildren(icon(menu?.url ? 'window' : 'menu'), shown.length > LABEL_MAX ? '' : shown);
    this.menu.setAttribute('aria-label', shown);
    this.menu.title = shown;
    this.slash.hidden = !menu?.url || commands.length === 0;
    const print = JSON.stringify(keyboard);
    if (print === this.print) return;
    this.print = print;
    this.toggle.hidden = this.board.hidden = !keyboard;
    this.board.replaceChildren(
      ...(keyboard?.rows ?? []).map((row) => h('div', {}, row.map((button) => h('button', { type: 'button', class: 'key', onclick: () => this.#press(button, keyboard) }, button.text)))),
    );
  }

  reply(message) {
    this.#aim({ kind: 'reply', message });
  }

  edit(message) {
    this.field.value = message.text;
    this.#aim({ kind: 'edit', message });
    this.#changed();
  }

  #aim(target) {
    this.target = target;
    this.strip.hidden = target === null;
    if (target) {
      const line = target.message.text || say(`media_${target.message.media?.kind ?? 'document'}`);
      const away = h('button', { type: 'button', class: 'round', 'aria-label': say('cancel'), onclick: () => this.#drop() }, icon('close'));
      const title = target.kind === 'edit' ? say('editing') : this.view.nameOf(target.message);
      this.strip.replaceChildren(h('div', { class: 'quoted' }, h('b', {}, title), h('span', {}, line.slice(0, 120))), away);
    }
    this.field.focus();
  }

  #drop() {
    if (this.target?.kind === 'edit') this.field.value = '';
    this.#aim(null);
    this.#changed();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return this.#speak();
    const target = this.target;
    this.field.value = '';
    if (target) this.#aim(null);
    this.#changed();
    try {
      if (target?.kind === 'edit') await act('edit', { ...this.where(), message: target.message.id, text });
      else await act('say', { ...this.where(), text, reply_to: target?.message.id });
      this.view.sent();
    } catch (refusal) {
      this.field.value = text; // nothing typed is lost
      this.#changed();
      toast(say('refused', { why: refusal.message }));
    }
  }

  #key(event) {
    if (event.isComposing) return;
    const offered = [...this.offers.children];
    const at = offered.findIndex((each) => each.getAttribute('aria-selected') === 'true');
    if (!this.offers.hidden && ['ArrowUp', 'ArrowDown', 'Tab'].includes(event.key)) {
      event.preventDefault();
      const next = offered[(at + (event.key === 'ArrowUp' ? -1 : 1) + offered.length) % offered.length];
      offered.forEach((each) => each.setAttribute('aria-selected', String(each === next)));
      next.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (!this.offers.hidden && at >= 0) offered[at].click();
      else this.element.requestSubmit();
    } else if (event.key === 'Escape') {
      this.offers.hidden = true;
      if (this.target) this.#drop();
    } else if (event.key === 'ArrowUp' && this.field.value === '') {
      const own = this.view.lastOwn();
      if (own) this.edit(own);
      event.preventDefault();
    }
  }

  #changed() {
    const text = this.field.value;
    const speaks = text.trim() === '' && Boolean(globalThis.MediaRecorder) && !this.recorder;
    this.go.replaceChildren(icon(this.recorder ? 'stop' : speaks ? 'mic' : 'send'));
    this.go.setAttribute('aria-label', say(this.recorder ? 'stop' : speaks ? 'voice' : 'send'));
    this.go.classList.toggle('recording', Boolean(this.recorder));
    this.field.style.height = 'auto';
    if (text) this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`; // an empty one is a line high
    const typed = /^\/\w*$/.test(text) ? text.slice(1).toLowerCase() : null;
    this.#suggest(typed === null ? [] : this.commands.filter((each) => each.command.startsWith(typed)));
  }

  #suggest(found) {
    this.offers.hidden = found.length === 0;
    this.offers.replaceChildren(
      ...found.map((each) =>
        h('button', { type: 'button', role: 'option', 'aria-selected': 'false', onclick: () => this.command(`/${each.command}`) }, h('b', {}, `/${each.command}`), h('span', {}, each.text)),
      ),
    );
  }

  async command(text) {
    this.field.value = '';
    this.#changed();
    await act('say', { ...this.where(), text });
    this.view.sent();
    this.field.focus();
  }

  #openMenu() {
    return this.menu.dataset.url ? this.view.openApp(this.menu.dataset.url) : this.#openCommands();
  }

  #openCommands() {
    if (!this.offers.hidden) return (this.offers.hidden = true);
    this.#suggest(this.commands);
    return this.field.focus();
  }

  #press(button, keyboard) {
    if (keyboard.once) this.board.hidden = true;
    this.view.press(button, { id: keyboard.id });
  }

  #attach() {
    popup(
      [
        { text: say('attach_file'), act: () => this.picker.click() },
        { text: say('attach_place'), act: () => act('share', { ...this.where(), kind: 'place' }) },
        { text: say('attach_contact'), act: () => act('share', { ...this.where(), kind: 'contact' }) },
      ],
      { anchor: this.attach, label: say('attach') },
    );
  }

  async #files(event, chosen) {
    const files = [...chosen];
    this.picker.value = '';
    if (files.length === 0) return;
    event?.preventDefault();
    const album = files.length > 1 ? crypto.randomUUID() : null;
    const text = this.field.value.trim();
    this.field.value = '';
    const reply_to = this.target?.message.id;
    if (this.target) this.#aim(null);
    this.#changed();
    for (const [index, file] of files.entries()) {
      const kind = file.type.startsWith('image/') ? 'photo' : 'document';
      try {
        await upload(file, { ...this.where(), kind, name: file.name, album, text: index === 0 ? text : '', reply_to });
      } catch {
        toast(say('too_large'));
      }
    }
    this.view.sent();
  }

  async #speak() {
    if (this.recorder) return this.recorder.stop();
    let sound;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return toast(say('no_microphone'));
    }
    const parts = [];
    const begun = performance.now();
    const recorder = (this.recorder = new MediaRecorder(sound));
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = async () => {
      sound.getTracks().forEach((track) => track.stop());
      this.recorder = null;
      this.#changed();
      const voice = new Blob(parts, { type: recorder.mimeType.split(';')[0] });
      await upload(voice, { ...this.where(), kind: 'voice', seconds: String((performance.now() - begun) / 1000) });
      this.view.sent();
    };
    recorder.start();
    this.#changed();
  }
}
