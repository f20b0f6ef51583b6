// The calls that bring a message to the ticket it belongs to.
import { client } from '../store/core';
import type { Answer } from './client';
import type { Message, Page, Status, Ticket } from './types';

/** What somebody has asked, as far as it stands so. */
export const ticketsOf = (id: string, status: Status[]): Promise<Answer<Page<Ticket>>> =>
  client.call('tickets', { query: { requester: id, status, size: 50 } });
/** The answer is the message where it is now. */
export const moveMessage = (from: string, message: string, to: string, key: string): Promise<Answer<Message>> =>
  client.call(`tickets/${from}/messages/${message}/move`, { method: 'POST', body: { to }, key });
