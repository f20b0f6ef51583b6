"""Media: uploaded bytes become photos and documents, and are given out again in parts."""

from collections.abc import Callable
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.groups import access_hash, now
from tikethet_devstack.telegram.sessions import RpcFault
from tikethet_devstack.telegram.world import World

REFERENCE = b"local"
UPLOADED: Final = (raw.types.InputMediaUploadedPhoto, raw.types.InputMediaUploadedDocument)
"""Media that were not made known by messages.uploadMedia."""

PIECE, PART_MAX = 4096, 1024 * 1024
"""A file is fetched in parts of so many bytes at most, each a multiple of the first (core.telegram.org/api/files)."""

Parts = dict[int, dict[int, bytes]]
"""File id → part number → bytes: what is being uploaded."""


def photo(world: World, data: bytes) -> Any:
    """A photo of these bytes, with one size."""
    file_id = world.keep_file(data)
    found = raw.types.Photo(
        id=file_id, access_hash=access_hash(file_id), file_reference=REFERENCE, date=now(), dc_id=2,
        sizes=[raw.types.PhotoSize(type="y", w=1280, h=720, size=len(data))],
    )  # fmt: skip
    world.media[file_id] = found
    return raw.types.MessageMediaPhoto(photo=found)


def document(world: World, data: bytes, mime_type: str, attributes: list[Any]) -> Any:
    """A document of these bytes; voice, video and stickers are documents with attributes."""
    file_id = world.keep_file(data)
    found = raw.types.Document(
        id=file_id, access_hash=access_hash(file_id), file_reference=REFERENCE, date=now(), dc_id=2,
        mime_type=mime_type, size=len(data), attributes=attributes,
    )  # fmt: skip
    world.media[file_id] = found
    voice = any(isinstance(a, raw.types.DocumentAttributeAudio) and a.voice for a in attributes)
    return raw.types.MessageMediaDocument(document=found, voice=voice or None)


def from_input(world: World, media: Any, parts: Parts) -> Any:
    """What a bot sends: something it uploaded in `parts`, something known, a place or a contact. Raises RpcFault."""
    take = _TAKES.get(type(media))
    if take is None:
        raise RpcFault(400, "MEDIA_INVALID")
    return take(world, media, parts)


def part(world: World, location: Any, offset: int, limit: int) -> Any:
    """`limit` bytes of a file from `offset` on. Raises RpcFault."""
    if limit % PIECE or offset % PIECE or not 0 < limit <= PART_MAX:
        raise RpcFault(400, "LIMIT_INVALID" if limit % PIECE or limit > PART_MAX else "OFFSET_INVALID")
    data = world.files.get(location.id)
    if data is None:
        raise RpcFault(400, "FILE_ID_INVALID")
    kind = raw.types.storage.FileJpeg() if location.id in world.media else raw.types.storage.FileUnknown()
    return raw.types.upload.File(type=kind, mtime=now(), bytes=data[offset : offset + limit])


def _known(world: World, file_id: int) -> Any:
    found = world.media.get(file_id)
    if found is None:
        raise RpcFault(400, "MEDIA_EMPTY")
    return found


def _assembled(parts: Parts, file: Any) -> bytes:
    uploaded = parts.pop(file.id, {})
    if sorted(uploaded) != list(range(file.parts)):
        raise RpcFault(400, "FILE_PARTS_INVALID")
    return b"".join(uploaded[number] for number in range(file.parts))


def _uploaded_photo(world: World, media: Any, parts: Parts) -> Any:
    return photo(world, _assembled(parts, media.file))


def _uploaded_document(world: World, media: Any, parts: Parts) -> Any:
    return document(world, _assembled(parts, media.file), media.mime_type, media.attributes)


def _known_photo(world: World, media: Any, _parts: Parts) -> Any:
    return raw.types.MessageMediaPhoto(photo=_known(world, media.id.id))


def _known_document(world: World, media: Any, _parts: Parts) -> Any:
    return raw.types.MessageMediaDocument(document=_known(world, media.id.id))


def _place(_world: World, media: Any, _parts: Parts) -> Any:
    point = media.geo_point
    return raw.types.MessageMediaGeo(geo=raw.types.GeoPoint(long=point.long, lat=point.lat, access_hash=0))


def _contact(_world: World, media: Any, _parts: Parts) -> Any:
    return raw.types.MessageMediaContact(
        phone_number=media.phone_number,
        first_name=media.first_name,
        last_name=media.last_name,
        vcard=media.vcard,
        user_id=0,
    )


_TAKES: Final[dict[type, Callable[[World, Any, Parts], Any]]] = {
    raw.types.InputMediaUploadedPhoto: _uploaded_photo,
    raw.types.InputMediaUploadedDocument: _uploaded_document,
    raw.types.InputMediaPhoto: _known_photo,
    raw.types.InputMediaDocument: _known_document,
    raw.types.InputMediaGeoPoint: _place,
    raw.types.InputMediaContact: _contact,
}
