// Whether answers reach a person in Telegram, or wait for them here.
import { newKey } from '../api/client';
import type { Me } from '../api/types';
import { t } from '../i18n';
import { askToWrite } from '../telegram/env';
import { client, letsWrite, me } from './core';
import { show } from './toast';
import { counts } from './tickets';

/** Before the first question of all Telegram asks whether the bot may answer. Never stands in the way of the question. */
export async function askBeforeTheFirst(): Promise<void> {
  if (counts.value?.total === 0 && !letsWrite()) await ask();
}

/** Let Telegram ask, and tell the desk what was answered. */
export async function ask(): Promise<void> {
  const allowed = await askToWrite();
  if (allowed === null) return;
  if (!allowed) show({ text: t('reach.refused') });
  const told = await client.call<Me>('auth/me/reachable', { method: 'PUT', body: { reachable: allowed }, key: newKey() }).catch(() => null);
  if (told !== null) me.value = told.body;
}
