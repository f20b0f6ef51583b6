import { describe, expect, it } from 'vitest';
import { nextUp, stillShown, type Outgoing } from '../src/store/sending';
import { attachment, message } from './given';

const out = (key: string, content: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  ticketId: 't1',
  content,
  isInternal: false,
  at: '2026-01-01T12:00:00Z',
  state: 'sending',
  before: [],
  ...more,
});
const keys = (items: Outgoing[]): string[] => items.map(({ key }) => key);

describe('what is on its way', () => {
  it('is sent one at a time per ticket, in the order it was written', () => {
    const outbox = [out('1', 'a'), out('2', 'b'), out('3', 'c', { ticketId: 't2' })];
    expect(keys(nextUp(outbox, new Set()))).toEqual(['1', '3']);
    expect(keys(nextUp(outbox, new Set(['t1'])))).toEqual(['3']);
  });

  it('waits behind one that failed, so that answers never swap', () => {
    expect(nextUp([out('1', 'a', { state: 'failed' }), out('2', 'b')], new Set())).toEqual([]);
  });

  it('is not shown again below its own arrival', () => {
    expect(stillShown([out('1', 'hello')], [message({ id: 'm', content: 'hello', version: 2 })], 't1', 'me')).toEqual([]);
  });

  it('is not mistaken for the same words said earlier, by somebody else, or as a note', () => {
    const earlier = [message({ id: 'm', content: 'ok', version: 2 })];
    expect(keys(stillShown([out('1', 'ok', { before: ['m'] })], earlier, 't1', 'me'))).toEqual(['1']);
    expect(keys(stillShown([out('1', 'ok')], [message({ id: 'm', content: 'ok', author: 'her', version: 2 })], 't1', 'me'))).toEqual(['1']);
    expect(keys(stillShown([out('1', 'ok')], [message({ id: 'm', content: 'ok', note: true, version: 2 })], 't1', 'me'))).toEqual(['1']);
  });

  it('tells files without words apart from other words, and files from none', () => {
    const file = attachment('f');
    const waits = out('1', '', { attachments: [file] });
    expect(keys(stillShown([waits], [message({ id: 'm', content: '', version: 2 })], 't1', 'me'))).toEqual(['1']);
    expect(stillShown([waits], [{ ...message({ id: 'm', content: '', version: 2 }), attachments: [file] }], 't1', 'me')).toEqual([]);
  });

  it('matches the same words one to one', () => {
    const two = [out('1', 'ok'), out('2', 'ok')];
    expect(keys(stillShown(two, [message({ id: 'm', content: 'ok', version: 2 })], 't1', 'me'))).toEqual(['2']);
  });
});
