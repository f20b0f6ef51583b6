// The calls only staff make; their code comes with the pages that need them.
import { client } from '../store/core';
import type { Answer } from './client';
import type { AudienceCount, BlockedBody, Broadcast, BroadcastBody, Invite, Rendered, Template, TemplateBody } from './schema';
import type { Category, Dashboard, Desk, Duty, Member, Page, Role, Ticket, TicketStatistics } from './types';

const STAFF: Role[] = ['HELPER', 'MODERATOR', 'ADMIN', 'DEVELOPER'];

export const colleagues = (q: string): Promise<Answer<Page<Member>>> =>
  client.call('members', { query: { role: STAFF, blocked: 'false', q, size: 50 } });
export const members = (q: string, role: Role | null): Promise<Answer<Page<Member>>> =>
  client.call('members', { query: { q, role, size: 100 } });
export const ticketsOf = (id: string): Promise<Answer<Page<Ticket>>> => client.call(`members/${id}/tickets`, { query: { size: 30 } });
export const setBlocked = (id: string, wish: BlockedBody, key: string): Promise<Answer<Member>> =>
  client.call(`members/${id}/blocked`, { method: 'PUT', body: wish, key });
export const setRole = (id: string, role: Role, key: string): Promise<Answer<Member>> =>
  client.call(`members/${id}/role`, { method: 'PUT', body: { role }, key });

export const invites = (): Promise<Answer<Page<Invite>>> => client.call('invites');
export const invite = (role: Role, key: string): Promise<Answer<Invite>> => client.call('invites', { method: 'POST', body: { role }, key });
export const revokeInvite = (id: string, key: string): Promise<Answer<null>> => client.call(`invites/${id}`, { method: 'DELETE', key });

/** Those offered under a category, or (`null`) all. */
export const templates = (categoryId: string | null): Promise<Answer<Page<Template>>> =>
  client.call('templates', { query: { category_id: categoryId } });
export const addTemplate = (wish: TemplateBody, key: string): Promise<Answer<Template>> =>
  client.call('templates', { method: 'POST', body: wish, key });
export const changeTemplate = (id: string, wish: Partial<TemplateBody>, key: string): Promise<Answer<Template>> =>
  client.call(`templates/${id}`, { method: 'PATCH', body: wish, key });
export const removeTemplate = (id: string, key: string): Promise<Answer<null>> => client.call(`templates/${id}`, { method: 'DELETE', key });
export const renderTemplate = (id: string, ticketId: string): Promise<Answer<Rendered>> =>
  client.call(`templates/${id}/render`, { method: 'POST', body: { ticket: ticketId } });

export const broadcasts = (): Promise<Answer<Page<Broadcast>>> => client.call('broadcasts', { query: { size: 50 } });
export const broadcast = (id: string): Promise<Answer<Broadcast>> => client.call(`broadcasts/${id}`);
export const previewBroadcast = (wish: BroadcastBody): Promise<Answer<AudienceCount>> =>
  client.call('broadcasts/preview', { method: 'POST', body: wish });
export const startBroadcast = (wish: BroadcastBody, key: string): Promise<Answer<Broadcast>> =>
  client.call('broadcasts', { method: 'POST', body: wish, key });
export const cancelBroadcast = (id: string, key: string): Promise<Answer<Broadcast>> =>
  client.call(`broadcasts/${id}/cancel`, { method: 'POST', key });

export type CategoryWish = Partial<Pick<Category, 'names' | 'descriptions' | 'icon' | 'color' | 'order' | 'active'>>;

export const allCategories = (): Promise<Answer<Page<Category>>> => client.call('categories', { query: { archived: 'true', size: 100 } });
export const addCategory = (wish: CategoryWish, key: string): Promise<Answer<Category>> =>
  client.call('categories', { method: 'POST', body: wish, key });
export const changeCategory = (id: string, wish: CategoryWish, key: string): Promise<Answer<Category>> =>
  client.call(`categories/${id}`, { method: 'PATCH', body: wish, key });
export const archiveCategory = (id: string, key: string): Promise<Answer<null>> => client.call(`categories/${id}`, { method: 'DELETE', key });

export const desk = (): Promise<Answer<Desk>> => client.call('desk');
export const changeDesk = (wish: Partial<Desk>, key: string): Promise<Answer<Desk>> => client.call('desk', { method: 'PATCH', body: wish, key });

export const dashboard = (): Promise<Answer<Dashboard>> => client.call('statistics/dashboard');
/** `from` a day, `2026-11-01`, until now. */
export const statistics = (from: string): Promise<Answer<TicketStatistics>> => client.call('statistics/tickets', { query: { from, group: 'day' } });

export const duty = (): Promise<Answer<Duty>> => client.call('duty');
export const setDuty = (on: boolean, key: string): Promise<Answer<Duty>> =>
  client.call('duty', { method: 'PUT', body: { on_duty: on }, key });
