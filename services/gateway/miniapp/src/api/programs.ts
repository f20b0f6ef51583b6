// The calls about programs outside: their accounts, the addresses that events are sent to.
import { client } from '../store/core';
import type { Answer } from './client';
import type { Account, AccountBody, Webhook, WebhookBody, WebhookPatch } from './schema';
import type { Page } from './types';

export const accounts = (): Promise<Answer<Page<Account>>> => client.call('accounts');
export const addAccount = (wish: AccountBody, key: string): Promise<Answer<Account>> =>
  client.call('accounts', { method: 'POST', body: wish, key });
export const revokeAccount = (id: string, key: string): Promise<Answer<null>> => client.call(`accounts/${id}`, { method: 'DELETE', key });

export const rotateAccount = (id: string, key: string): Promise<Answer<Account>> => client.call(`accounts/${id}/rotate`, { method: 'POST', key });

export const webhooks = (): Promise<Answer<Page<Webhook>>> => client.call('webhooks');
export const addWebhook = (wish: WebhookBody, key: string): Promise<Answer<Webhook>> =>
  client.call('webhooks', { method: 'POST', body: wish, key });
export const changeWebhook = (id: string, wish: WebhookPatch, key: string): Promise<Answer<Webhook>> =>
  client.call(`webhooks/${id}`, { method: 'PATCH', body: wish, key });
export const rotateWebhook = (id: string, key: string): Promise<Answer<Webhook>> => client.call(`webhooks/${id}/rotate`, { method: 'POST', key });
export const removeWebhook = (id: string, key: string): Promise<Answer<null>> => client.call(`webhooks/${id}`, { method: 'DELETE', key });
