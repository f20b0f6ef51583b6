// The calls that make one ticket of two, and two of one again.
import { client } from '../store/core';
import type { Answer } from './client';
import type { Ticket } from './types';

/** The answer is the ticket that ends. */
export const mergeTicket = (id: string, into: string, key: string): Promise<Answer<Ticket>> =>
  client.call(`tickets/${id}/merge`, { method: 'POST', body: { into }, key });
export const unmergeTicket = (id: string, key: string): Promise<Answer<Ticket>> =>
  client.call(`tickets/${id}/unmerge`, { method: 'POST', key });
