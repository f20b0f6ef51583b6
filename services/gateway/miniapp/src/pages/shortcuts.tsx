import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { t, type Key } from '../i18n';
import { mayAssign, movesFor, perform, type Move } from '../store/actions';
import { calling } from '../store/aim';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { go, route, sheet } from '../store/route';
import { read, write } from '../store/shelf';
import { choose, listing } from '../store/tickets';
import { Section } from '../ui/controls';
import { Sheet } from '../ui/sheet';
import { Toggle } from '../ui/toggle';

const areOn = signal(read('keys') !== 'off');

interface Shortcut {
  /** Where the key is, whatever the layout writes there. */
  code: string;
  shift?: true;
  shown: string;
  name: Key;
  run: () => void;
}

function step(by: 1 | -1): void {
  const { items } = listing.value;
  const now = route.value;
  const at = now.page === 'ticket' ? items.findIndex(({ number, id }) => String(number) === now.ref || id === now.ref) : -1;
  const next = items[at < 0 ? 0 : at + by];
  if (next === undefined) return;
  go({ page: 'ticket', ref: String(next.number) });
  document.querySelector('.ticket-row[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

function move(wanted: Move): void {
  const ticket = conversation.value?.ticket;
  const self = me.value;
  if (ticket != null && self !== null && movesFor(ticket, self).includes(wanted)) perform(ticket, wanted);
}

function open(which: 'assign' | 'snooze' | 'actions'): void {
  const ticket = conversation.value?.ticket;
  const self = me.value;
  if (ticket == null || self === null || (which === 'assign' && !mayAssign(ticket, self)) || (which === 'snooze' && ticket.status === 'CLOSED')) return;
  sheet.value = which;
}

const SHORTCUTS: readonly Shortcut[] = [
  { code: 'KeyJ', shown: 'J', name: 'keys.next', run: () => step(1) },
  { code: 'KeyK', shown: 'K', name: 'keys.previous', run: () => step(-1) },
  { code: 'KeyF', shown: 'F', name: 'keys.search', run: () => document.querySelector<HTMLElement>('.list-pane .search input')?.focus() },
  { code: 'KeyR', shown: 'R', name: 'keys.reply', run: () => (calling.value = 'answer') },
  { code: 'KeyN', shown: 'N', name: 'keys.note', run: () => (calling.value = 'note') },
  { code: 'KeyT', shown: 'T', name: 'keys.take', run: () => move('take') },
  { code: 'KeyA', shown: 'A', name: 'keys.assign', run: () => open('assign') },
  { code: 'KeyE', shown: 'E', name: 'keys.resolve', run: () => move('resolve') },
  { code: 'KeyS', shown: 'S', name: 'keys.snooze', run: () => open('snooze') },
  { code: 'KeyM', shown: 'M', name: 'keys.actions', run: () => open('actions') },
  { code: 'Digit1', shown: '1', name: 'list.mine', run: () => void choose({ segment: 'mine' }) },
  { code: 'Digit2', shown: '2', name: 'list.unassigned', run: () => void choose({ segment: 'unassigned' }) },
  { code: 'Digit3', shown: '3', name: 'list.all', run: () => void choose({ segment: 'all' }) },
];

function pressed(event: KeyboardEvent): void {
  const { target, key } = event;
  const isTyping = target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping || sheet.value !== null) return;
  if (key === '?') sheet.value = 'keys';
  else if (!areOn.value || event.shiftKey) return;
  else {
    const found = SHORTCUTS.find(({ code }) => code === event.code);
    if (found === undefined) return;
    found.run();
  }
  event.preventDefault();
}

/** Staff at a desk work with one hand on the keyboard. */
export function Shortcuts(): null {
  useEffect(() => {
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return null;
}

export function KeysSheet(): JSX.Element {
  const turn = (on: boolean): void => {
    areOn.value = on;
    write('keys', on ? null : 'off');
  };
  return (
    <Sheet title={t('keys.title')} onClose={() => (sheet.value = null)}>
      <Section>
        <Toggle text={t('keys.on')} on={areOn.value} onChange={turn} />
      </Section>
      <dl class="keys">
        {[...SHORTCUTS, { shown: '/', name: 'keys.templates' as const }, { shown: '?', name: 'keys.help' as const }].map(({ shown, name }) => (
          <div key={shown}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{t(name)}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
