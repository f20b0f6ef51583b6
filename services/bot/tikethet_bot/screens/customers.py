"""What customers see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out, Rows
from tikethet_bot.screens.lines import app_button, ticket_buttons, ticket_line

_PER_ROW: Final = 2
_OTHERS: Final = 5


def start(context: Context, found: Sequence[Any], greeting: str, app_url: str | None) -> Out:
    """The desk's own greeting, if it has one, and what one can do."""
    sender = context.incoming.sender
    name = sender.first_name if sender is not None else ""
    key = "start_staff" if context.member.staff else "start_own" if greeting else "start"
    said = context.text(key, name=name or "👋", greeting=greeting)
    rows = () if context.member.staff else _categories(found)
    return context.out(said, "start", buttons=rows + app_button(context.language, app_url))


def categories(context: Context, found: Sequence[Any], key: str) -> Out:
    """Choose what it is about."""
    if not found:
        return context.out(context.text("no_categories"), "empty")
    return context.out(context.text(key), "categories", buttons=_categories(found))


def describe(context: Context, found: Sequence[Any], category_id: str) -> Out:
    """A category was chosen; now the question itself."""
    name = next((each["name"] for each in found if each["id"] == category_id), "…")
    cancel = ((Button(context.text("cancel"), "cancel"),),)
    return context.out(context.text("describe", category=name), "describe", buttons=cancel)


def added(context: Context, number: int, others: Sequence[int], message_id: str) -> Out:
    """Words went to a ticket that they might not have been meant for; a tap moves them to another."""
    buttons = tuple((Button(f"→ #{each}", f"move:{message_id}:{number}:{each}"),) for each in others[:_OTHERS])
    told = context.text("added_which" if buttons else "added", number=number)
    return context.out(told, "added", reply_to=context.incoming.message_id, buttons=buttons)


def opened(context: Context, ticket_id: str, number: int, about: Sequence[int], *, lost_file: bool) -> Out:
    """A ticket was opened; a tap says that it is about an old one after all."""
    told = context.text("opened", number=number)
    if lost_file:
        told = f"{told}\n{context.text('file_not_kept')}"
    buttons = tuple((Button(context.text("about_ticket", number=each), f"about:{number}:{each}"),) for each in about)
    return context.out(told, "opened", reply_to=context.answers, ticket_id=ticket_id, buttons=buttons)


def not_kept(context: Context) -> Out:
    """The file did not come along; once for an album."""
    album = context.incoming.album
    purpose = f"file:{album}" if album else "file"
    return context.out(context.text("file_not_kept"), purpose, reply_to=context.incoming.message_id)


def tickets(context: Context, found: Sequence[Any], count: int, now: datetime, app_url: str | None) -> Out:
    """What is open, ``count`` in all, the newest of it as buttons."""
    app = app_button(context.language, app_url)
    if not found:
        return context.out(context.text("nothing_open"), "tickets", buttons=app)
    lines = [context.text("your_tickets", count=count), ""]
    lines += [ticket_line(each, context.language, now) for each in found]
    return context.out("\n".join(lines), "tickets", buttons=ticket_buttons(found) + app)


def languages(context: Context) -> Out:
    """Choose a language."""
    row = (Button("🇷🇺 Русский", "lang:ru"), Button("🇬🇧 English", "lang:en"))
    return context.out(context.text("language"), "languages", buttons=(row,))


def privacy(context: Context) -> Out:
    """What is kept, and how to have it forgotten."""
    buttons = ((Button(context.text("export"), "export"),), (Button(context.text("erase"), "erase"),))
    return context.out(context.text("privacy"), "privacy", buttons=buttons)


def really_erase(context: Context) -> Out:
    """Ask once more."""
    buttons = ((Button(context.text("erase_yes"), "erase!"),), (Button(context.text("cancel"), "cancel"),))
    return context.out(context.text("erase_sure"), "erase", buttons=buttons)


def _categories(found: Sequence[Any]) -> Rows:
    buttons = [Button(f"{each['icon']} {each['name']}", f"cat:{each['id']}") for each in found]
    return tuple(tuple(buttons[at : at + _PER_ROW]) for at in range(0, len(buttons), _PER_ROW))
