import { describe, expect, it } from 'vitest';
import { mayMove, titleOf } from '../src/store/moving';
import { attachment, member, message, ticket } from './given';

const mine = ticket({ number: 1 });
const said = message({ id: 'm', version: 2 });

describe('a message may be moved', () => {
  it('by whoever asked and said it, and by staff', () => {
    expect([member('me'), member('her', 'HELPER'), member('him')].map((self) => mayMove(said, mine, self))).toEqual([true, true, false]);
  });

  it('when it is the requester’s own, public and still there', () => {
    const helper = member('her', 'HELPER');
    const others = [{ ...said, user: helper }, { ...said, is_internal: true }, { ...said, content: null }, { ...said, id: mine.id }];
    expect(others.map((each) => mayMove(each, mine, helper))).toEqual([false, false, false, false]);
  });
});

describe('a ticket that begins with a message', () => {
  const called = (content: string): string => titleOf(message({ id: 'm', version: 2, content }));

  it('is called by its first sentence', () => {
    expect(called('It broke. Since Monday, v2.1.')).toBe('It broke.');
    expect(called('Version 2.1 does not start')).toBe('Version 2.1 does not start');
    expect(called('It broke\nsince Monday')).toBe('It broke');
  });

  it('is called by no more than 80 signs of it, none cut in two', () => {
    expect([...called('🦊'.repeat(100))]).toHaveLength(80);
    expect(called('🦊'.repeat(100)).endsWith('🦊…')).toBe(true);
  });

  it('is called like its first file when nothing was said', () => {
    expect(titleOf({ ...message({ id: 'm', version: 2, content: '' }), attachments: [attachment('f')] })).toBe('f.png');
  });
});
