"""Words of staff that are no reply: they go nowhere until a tap says where."""

from typing import Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import staff as screens
from tikethet_bot.staff.asking import going
from tikethet_bot.steps import Tell
from tikethet_bot.store.effects import draft_kept

_OFFERED: Final = 3


async def where_to(desk: Desk, content: str, attachments: tuple[str, ...], context: Context) -> Tell:
    """Keep the words and ask. Raises `Away`, `Refusal`."""
    found = await going(desk, context, ("assigned_to", "me"), ("size", str(_OFFERED)))
    effects = (draft_kept(context.chat_id, context.incoming.message_id, content, attachments),)
    return Tell((screens.where_to(context, found),), effects)
