// The calls only staff make; their code comes with the pages that need them.
import { client } from '../store/core';
import type { Answer } from './client';
import type { Member, Page, Role, Ticket } from './types';

const STAFF: Role[] = ['HELPER', 'MODERATOR', 'ADMIN', 'DEVELOPER'];

export const colleagues = (q: string): Promise<Answer<Page<Member>>> =>
  client.call('members', { query: { role: STAFF, blocked: 'false', q, size: 50 } });
export const members = (q: string, role: Role | null, cursor: string | null): Promise<Answer<Page<Member>>> =>
  client.call('members', { query: { q, role, cursor, size: 50 } });
export const member = (id: string): Promise<Answer<Member>> => client.call(`members/${id}`);
export const ticketsOf = (id: string): Promise<Answer<Page<Ticket>>> => client.call(`members/${id}/tickets`, { query: { size: 30 } });
export const setBlocked = (id: string, blocked: boolean, key: string): Promise<Answer<Member>> =>
  client.call(`members/${id}/blocked`, { method: 'PUT', body: { blocked }, key });
export const setRole = (id: string, role: Role, key: string): Promise<Answer<Member>> =>
  client.call(`members/${id}/role`, { method: 'PUT', body: { role }, key });
