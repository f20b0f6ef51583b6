"""Files on their way to Telegram: streamed from the desk part by part, never whole in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from secrets import randbits
from typing import Any, Final

from pyrogram import raw

from tikethet_bot.desk import PIECE
from tikethet_bot.rules.measuring import Measure, meter_of
from tikethet_bot.rules.packing import File

BIG: Final = 10 * 1024 * 1024
"""Bytes from which on Telegram wants a file's parts by another call."""

types, fn = raw.types, raw.functions

Call = Callable[[Any], Awaitable[Any]]
Content = Callable[[str, str], AsyncIterator[bytes]]
"""The content of a file (member id, file id), in parts of `PIECE` bytes. Raises `Away`, `Refusal`."""


class Uploads:
    """Sends the desk's files. Repeating an upload is harmless: it only counts once a message names it."""

    def __init__(self, call: Call, content: Content) -> None:
        self._call = call
        self._content = content

    async def single(self, member_id: str, file: File, *, plain: bool) -> Any:
        """What `messages.sendMedia` takes; ``plain`` as a document, whatever it is.

        Raises RPCError, `Unreachable`, `Away`, `Refusal`.
        """
        uploaded, measure = await self._uploaded(member_id, file)
        return _media(file, uploaded, measure, plain=plain)

    async def album(self, peer: Any, member_id: str, files: tuple[File, ...], *, plain: bool) -> list[Any]:
        """What `messages.sendMultiMedia` takes: files that Telegram has already made media of."""
        found = []
        for file in files:
            media = await self.single(member_id, file, plain=plain)
            found.append(_known(await self._call(fn.messages.UploadMedia(peer=peer, media=media))))
        return found

    async def _uploaded(self, member_id: str, file: File) -> tuple[Any, Measure]:
        meter = meter_of(file.content_type)
        file_id = randbits(63)
        big, total, part = file.size > BIG, -(-file.size // PIECE), 0
        async for content in self._content(member_id, file.id):
            query: Any = fn.upload.SaveFilePart(file_id=file_id, file_part=part, bytes=content)
            if big:
                query = fn.upload.SaveBigFilePart(
                    file_id=file_id, file_part=part, file_total_parts=total, bytes=content
                )
            await self._call(query)
            meter.feed(content)
            part += 1
        if big:
            return types.InputFileBig(id=file_id, parts=total, name=file.filename), meter.measure()
        return types.InputFile(id=file_id, parts=part, name=file.filename, md5_checksum=""), meter.measure()


def _media(file: File, uploaded: Any, measure: Measure, *, plain: bool) -> Any:
    kind = "document" if plain else file.kind
    if kind == "photo":
        return types.InputMediaUploadedPhoto(file=uploaded)
    attributes: list[Any] = [types.DocumentAttributeFilename(file_name=file.filename)]
    match kind:
        case "video" | "round":
            # Somebody else's file may bear the name: what is no square is not cut to a circle.
            circle = kind == "round" and 0 < measure.width == measure.height
            attributes.append(
                types.DocumentAttributeVideo(
                    duration=measure.seconds,
                    w=measure.width,
                    h=measure.height,
                    round_message=circle or None,
                    supports_streaming=True,
                )
            )
        case "voice" | "audio":
            attributes.append(
                types.DocumentAttributeAudio(duration=round(measure.seconds), voice=kind == "voice" or None)
            )
        case _:
            pass
    return types.InputMediaUploadedDocument(
        file=uploaded, mime_type=file.content_type, attributes=attributes, force_file=kind == "document" or None
    )


def _known(media: Any) -> Any:
    if isinstance(media, types.MessageMediaPhoto):
        photo: Any = media.photo
        return types.InputMediaPhoto(
            id=types.InputPhoto(id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference)
        )
    document: Any = media.document
    return types.InputMediaDocument(
        id=types.InputDocument(id=document.id, access_hash=document.access_hash, file_reference=document.file_reference)
    )
