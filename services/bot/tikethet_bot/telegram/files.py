"""Files that people sent, fetched from Telegram by the message that carries them (so that the reference is fresh)."""

from typing import Any, Final

from msgspec import Struct
from pyrogram import raw
from pyrogram.errors import FloodWait, RPCError
from pyrogram.file_id import FileId, FileType, ThumbnailSource

from tikethet_bot.rules.packing import ROUND
from tikethet_bot.telegram.client import BotClient, Unreachable

LARGEST: Final = 20 * 1024 * 1024
"""Bytes; the desk keeps none that are larger."""
_DEFAULT_NAMES: Final = {"image": "photo.jpg", "video": "video.mp4", "audio": "audio.ogg"}

types = raw.types


class Carried(Struct, frozen=True):
    """A file as its sender had it."""

    filename: str
    content: bytes


async def fetch(client: BotClient, message_id: int, channel: Any = None) -> Carried | None:
    """What a message (of a ``channel``, else of a private chat) carries; ``None`` when it is nothing we can keep.

    Raises `Unreachable`.
    """
    wanted: list[Any] = [types.InputMessageID(id=message_id)]
    query: Any = raw.functions.messages.GetMessages(id=wanted)
    if channel is not None:
        query = raw.functions.channels.GetMessages(channel=channel, id=wanted)
    try:
        found = await client.call(query)
        described = next((_described(each.media) for each in found.messages if isinstance(each, types.Message)), None)
        if described is None:
            return None
        filename, size, file_id = described
        if size > LARGEST:
            return None
        content = b"".join([piece async for piece in client.get_file(file_id, size)])
    except FloodWait as failure:
        raise Unreachable("FloodWait") from failure
    except RPCError:
        return None  # gone, or not ours to have
    except (OSError, AttributeError) as failure:
        raise Unreachable(type(failure).__name__) from failure
    return Carried(filename, content) if len(content) == size else None


def _described(media: Any) -> tuple[str, int, FileId] | None:
    """Name, size in bytes, and how to ask for it."""
    if isinstance(media, types.MessageMediaPhoto) and isinstance(media.photo, types.Photo):
        return _photo(media.photo)
    if isinstance(media, types.MessageMediaDocument) and isinstance(media.document, types.Document):
        return _document(media.document)
    return None


def _photo(photo: Any) -> tuple[str, int, FileId] | None:
    sizes = [(max(getattr(each, "sizes", None) or [getattr(each, "size", 0)]), each) for each in photo.sizes]
    if not sizes:
        return None
    size, largest = max(sizes, key=lambda each: each[0])
    file_id = FileId(
        file_type=FileType.PHOTO,
        dc_id=photo.dc_id,
        file_reference=photo.file_reference,
        media_id=photo.id,
        access_hash=photo.access_hash,
        thumbnail_source=ThumbnailSource.THUMBNAIL,
        thumbnail_file_type=FileType.PHOTO,
        thumbnail_size=largest.type,
    )
    return "photo.jpg", size, file_id


def _document(document: Any) -> tuple[str, int, FileId]:
    named = (each.file_name for each in document.attributes if isinstance(each, types.DocumentAttributeFilename))
    kind = (document.mime_type or "").partition("/")[0]
    file_id = FileId(
        file_type=FileType.DOCUMENT,
        dc_id=document.dc_id,
        file_reference=document.file_reference,
        media_id=document.id,
        access_hash=document.access_hash,
    )
    if any(isinstance(each, types.DocumentAttributeVideo) and each.round_message for each in document.attributes):
        return ROUND, document.size, file_id
    return next(named, None) or _DEFAULT_NAMES.get(kind, "file.bin"), document.size, file_id
