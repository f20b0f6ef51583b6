// Links that open the app but belong to the bot: an invite, the first admin's link, a group's. They go on in its chat.
import type { Desk } from '../api/types';
import { t } from '../i18n';
import { openInTelegram } from '../telegram/env';
import { client } from './core';
import { show } from './toast';

const SECRET = /^(invite|admin|group)_[\w-]{1,64}$/;

export async function goOnWithBot(startParam: string): Promise<void> {
  if (!SECRET.test(startParam)) return;
  const bot = await client.call<Desk>('desk').then(
    ({ body }) => body.bot,
    () => null,
  );
  if (bot === null || !openInTelegram(`/${bot}?start=${startParam}`)) show({ text: t('link.unknown') });
}
