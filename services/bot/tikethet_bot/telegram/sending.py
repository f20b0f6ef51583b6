"""One row of the outbox as Telegram's call, and Telegram's answers in our words."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from pyrogram import raw
from pyrogram.errors import BadRequest, FloodPremiumWait, FloodWait, Forbidden, RPCError

from tikethet_bot.rules.outgoing import Button, Rows, random_id_of
from tikethet_bot.store.outbox import Waiting

types, fn = raw.types, raw.functions

_CLOSED: Final = frozenset(
    {
        "USER_IS_BLOCKED", "BOT_BLOCKED_BY_USER", "INPUT_USER_DEACTIVATED", "USER_DEACTIVATED", "USER_DEACTIVATED_BAN",
        "PEER_ID_INVALID", "USER_ID_INVALID", "CHAT_WRITE_FORBIDDEN", "PRIVACY_PREMIUM_REQUIRED",
    }
)  # fmt: skip
_SAME: Final = frozenset({"MESSAGE_NOT_MODIFIED", "MESSAGE_ID_INVALID", "MESSAGE_DELETE_FORBIDDEN"})
_DUPLICATE: Final = "RANDOM_ID_DUPLICATE"
_UNSHOWABLE: Final = frozenset(
    {
        "PHOTO_INVALID_DIMENSIONS",
        "PHOTO_EXT_INVALID",
        "PHOTO_INVALID",
        "IMAGE_PROCESS_FAILED",
        "PHOTO_SAVE_FILE_INVALID",
        "MEDIA_INVALID",
        "MEDIA_GROUPED_INVALID",
    }
)
_LONG: Final = frozenset({"MEDIA_CAPTION_TOO_LONG", "MESSAGE_TOO_LONG"})
_REPLY_GONE: Final = frozenset({"REPLY_MESSAGE_ID_INVALID", "MSG_ID_INVALID", "REPLY_TO_INVALID"})


class Delivered(Struct, frozen=True):
    """Telegram has it; under which id (an album has ``others`` too), when it said so."""

    telegram_id: int | None
    others: tuple[int, ...] = ()


class Slower(Struct, frozen=True):
    """The chat is to be left alone for so many seconds."""

    seconds: float


class Barred(Struct, frozen=True):
    """The bot may not write there now; it is tried again after so many seconds, or when its rights change."""

    seconds: float


class Closed(Struct, frozen=True):
    """The chat cannot be written to."""

    why: str


class Refused(Struct, frozen=True):
    """The message will never be taken."""

    why: str


class WithoutReply(Struct, frozen=True):
    """What it answers is gone; send it without."""


class Stepped(Struct, frozen=True):
    """Something that comes before the message was written; the message itself is still to come."""


class Shown(Struct, frozen=True):
    """All is as the row wants it, unless that changed meanwhile."""


class Later(Struct, frozen=True):
    """Telegram is unwell; try again."""


class AsDocuments(Struct, frozen=True):
    """Telegram cannot show a file as what it is; send it as a document."""


class TooLong(Struct, frozen=True):
    """What a message should say now is longer than it may be where it stands."""


Outcome = (
    Delivered | Slower | Barred | Closed | Refused | WithoutReply | AsDocuments | Stepped | Shown | Later | TooLong
)


def peer_of(row: Waiting) -> Any:
    """The chat a row goes to."""
    return types.InputPeerUser(user_id=row.chat_id, access_hash=row.access_hash)


def query_of(row: Waiting, copies: list[int], media: Sequence[Any] = (), *, reply: bool = True) -> Any | None:
    """The call that delivers a row; ``copies`` are the messages it edits or deletes. ``None``: nothing to do."""
    peer = peer_of(row)
    if row.action == "send":
        target = types.InputReplyToMessage(reply_to_msg_id=row.reply_to) if row.reply_to and reply else None
        return message_of(row, peer, target, media)
    if not copies:
        return None
    if row.action in {"edit", "mark"}:
        text = row.text if row.action == "edit" else None
        return fn.messages.EditMessage(
            peer=peer, id=copies[0], message=text, no_webpage=True, reply_markup=markup(row.buttons)
        )
    return fn.messages.DeleteMessages(id=copies, revoke=True)


def message_of(row: Waiting, peer: Any, target: Any, media: Sequence[Any] = ()) -> Any:
    """The call that sends a row as a new message; ``target`` is what it replies to."""
    if len(media) > 1:
        return fn.messages.SendMultiMedia(peer=peer, multi_media=_album(row, media), reply_to=target)
    if media:
        return fn.messages.SendMedia(
            peer=peer,
            media=media[0],
            message=row.text,
            random_id=row.random_id,
            reply_to=target,
            reply_markup=markup(row.buttons),
        )
    return fn.messages.SendMessage(
        peer=peer,
        message=row.text,
        random_id=row.random_id,
        no_webpage=True,
        reply_to=target,
        reply_markup=markup(row.buttons),
    )


def _album(row: Waiting, media: Sequence[Any]) -> list[Any]:
    """The caption stands under the first; the random_ids of the others follow from the row's."""
    return [
        types.InputSingleMedia(
            media=each,
            message="" if at else row.text,
            random_id=random_id_of(str(row.random_id), row.chat_id, at, "album") if at else row.random_id,
        )
        for at, each in enumerate(media)
    ]


def markup(rows: Rows) -> Any | None:
    """Buttons as Telegram takes them."""
    if not rows:
        return None
    return types.ReplyInlineMarkup(
        rows=[types.KeyboardInlineButtonRow(buttons=[_button(each) for each in row]) for row in rows]
    )


def _button(button: Button) -> Any:
    kind: Any
    if button.app is not None:
        kind = types.InlineButtonTypeWebView(url=button.app)
    elif button.url is not None:
        kind = types.InlineButtonTypeUrl(url=button.url)
    else:
        kind = types.InlineButtonTypeCallback(data=(button.data or "").encode())
    return types.KeyboardInlineButton(text=button.label, type=kind)


def delivered(answer: Any) -> Delivered:
    """The id that Telegram gave the message."""
    if isinstance(answer, types.UpdateShortSentMessage):
        return Delivered(answer.id)
    found = [update.id for update in getattr(answer, "updates", []) if isinstance(update, types.UpdateMessageID)]
    return Delivered(found[0], tuple(found[1:])) if found else Delivered(None)


def outcome_of(failure: RPCError, *, action: str) -> Outcome:
    """What an error means for the row that met it."""
    name = failure.ID or ""
    if isinstance(failure, FloodWait | FloodPremiumWait):
        return Slower(float(str(failure.value or 1)))
    if name.startswith(_DUPLICATE):
        return Delivered(None)
    if name in _CLOSED:
        return Closed(name)
    if action != "send" and name in _SAME:
        return Delivered(None)
    if name in _REPLY_GONE:
        return WithoutReply()
    if action == "edit" and name in _LONG:
        return TooLong()
    if name in _UNSHOWABLE:
        return AsDocuments()
    if isinstance(failure, BadRequest | Forbidden):
        return Refused(name or type(failure).__name__)
    return Later()
