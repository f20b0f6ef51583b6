import { describe, expect, it } from 'vitest';
import type { HistoryItem } from '../src/api/types';
import { timeline, type Row } from '../src/store/timeline';
import { attachment, happened, member, message, ticket } from './given';

const base = { ticket: ticket({ number: 1 }), messages: [], outgoing: [], history: [], me: member('me'), unreadFrom: null, complete: true };
const told = (type: string, minute: number): HistoryItem =>
  happened(type, minute, { at: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(), text: type });
const shape = (rows: Row[]): string[] =>
  rows.map((row) => (row.kind === 'bubble' ? `${row.id}${row.first ? '↑' : ''}${row.last ? '↓' : ''}` : row.kind === 'service' ? row.text : row.kind));

describe('a conversation as rows', () => {
  it('begins with the question, under its day', () => {
    expect(shape(timeline(base))).toEqual(['day', 't1↑↓']);
  });

  it('begins with the files of a question without words, and with nothing where there is neither', () => {
    const file = attachment('f');
    const [, first] = timeline({ ...base, ticket: { ...base.ticket, description: '', attachments: [file] } });
    expect(first?.kind === 'bubble' ? first.message?.attachments : null).toEqual([file]);
    expect(timeline({ ...base, ticket: { ...base.ticket, description: '' } })).toEqual([]);
  });

  it('does not show the question while older messages are still to come', () => {
    expect(shape(timeline({ ...base, complete: false, messages: [message({ id: 'a', version: 2 })] }))).toEqual(['day', 'a↑↓']);
  });

  it('joins what one person says in a run, and parts notes from answers', () => {
    const messages = [
      message({ id: 'a', author: 'her', version: 10 }),
      message({ id: 'b', author: 'her', version: 11 }),
      message({ id: 'n', author: 'her', version: 12, note: true }),
      message({ id: 'c', author: 'her', version: 13 }),
      message({ id: 'd', author: 'her', version: 40 }),
    ];
    expect(shape(timeline({ ...base, messages })).slice(2)).toEqual(['a↑', 'b↓', 'n↑↓', 'c↑↓', 'd↑↓']);
  });

  it('tells what happened between the messages, but not everything', () => {
    const history = [told('TicketOpened', 0), told('TicketAssigned', 5), told('WorkStarted', 6), told('TicketResolved', 20)];
    const messages = [message({ id: 'a', author: 'her', version: 10 })];
    expect(shape(timeline({ ...base, messages, history }))).toEqual(['day', 't1↑↓', 'TicketAssigned', 'a↑↓', 'TicketResolved']);
  });

  it('tells that two became one, and two again', () => {
    const history = [told('TicketMerged', 5), told('TicketUnmerged', 7)];
    expect(shape(timeline({ ...base, history }))).toEqual(['day', 't1↑↓', 'TicketMerged', 'TicketUnmerged']);
  });

  it('marks where the new begins', () => {
    const messages = [message({ id: 'a', author: 'her', version: 10 }), message({ id: 'b', author: 'her', version: 20 })];
    expect(shape(timeline({ ...base, messages, unreadFrom: 'b' }))).toEqual(['day', 't1↑↓', 'a↑↓', 'unread', 'b↑↓']);
  });

  it('breaks between days', () => {
    const messages = [message({ id: 'a', version: 10 }), message({ id: 'b', version: 60 * 30 })];
    expect(shape(timeline({ ...base, messages })).filter((row) => row === 'day')).toHaveLength(2);
  });
});
