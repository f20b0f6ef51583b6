// The calls about oneself that only the settings make.
import { client } from '../store/core';
import type { Answer } from './client';
import type { Me, Preference, SignedIn } from './types';

export const prefer = (preferences: Partial<Record<Preference, boolean>>, key: string): Promise<Answer<Me>> =>
  client.call('auth/me', { method: 'PATCH', body: { preferences }, key });
export const sessions = (): Promise<Answer<{ items: SignedIn[] }>> => client.call('auth/sessions');
export const endSession = (id: string): Promise<Answer<null>> => client.call(`auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
export const endOthers = (): Promise<Answer<null>> => client.call('auth/sessions', { method: 'DELETE' });
