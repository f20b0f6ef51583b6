"""Files: sent before the message they belong to, fetched by whoever may read it."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from tikethet_events.errors import Refused
from tikethet_service.problems import Problem

from tikethet_tickets.files import previews
from tikethet_tickets.files.keeping import Files, TooLarge
from tikethet_tickets.files.store import Missing
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.files import File, file_for
from tikethet_tickets.queries.shaped import attachment_shape
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Commander, Wants
from tikethet_tickets.routes.bounded import FILES as PATH
from tikethet_tickets.routes.docs import Responses, refusals
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.routes.multipart import AROUND, FilePart
from tikethet_tickets.rules.files import SHOWN
from tikethet_tickets.rules.ranges import NotSatisfiable, span

router = APIRouter(prefix=PATH, tags=["files"])

_SENT: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_log = structlog.get_logger("tikethet.tickets.files")


def _binary(says: str, media_type: str) -> Responses:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}, "example": "…"}}
    return {200: {"description": says, "content": content}}


@router.post(
    "",
    status_code=201,
    summary="Send a file",
    openapi_extra=_SENT,
    responses=shown("Attachment", examples.ATTACHMENT, status=201, says="The file, to be named in `attachments`.")
    | refusals("too_large", "unsupported_media_type", "rate_limited"),
)
async def send(who: Wants, request: Request) -> Response:
    """One part named `file`. It is the sender's alone until a message carries it, and goes after a day without one.

    Its kind is found in its content. Images may have 10 MB, everything else 20 MB (the desk may set other limits).
    """
    files = who.house.files
    limit = files.limits.most + AROUND
    if int(request.headers.get("content-length", 0)) > limit:
        raise Problem("too_large", limit=files.limits.most)
    await files.may_keep(who.viewer.member_id)
    part = FilePart(request.headers.get("content-type"), request.stream(), limit)
    try:
        await part.begin()
        kept = await files.keep(_id_for(who), who.viewer.member_id, part.filename, part.content())
    except TooLarge as failure:
        raise Problem("too_large", limit=failure.limit) from None
    except ClientDisconnect:
        raise Problem("bad_request") from None
    return answers.sent(attachment_shape(kept), 201, _headers(who) | {"location": f"{PATH}/{kept.id}"})


async def _readable(who: Asker, file_id: str) -> File:
    """The file, if the caller may have it. Raises `Refused` ``not_found`` otherwise."""
    found = await file_for(who.house.reader, who.viewer, some_id(file_id))
    if found is None:
        raise Refused("not_found")
    return found


@router.get(
    "/{file}",
    summary="Fetch a file",
    response_class=Response,
    responses=_binary("The file, or with `Range` the part asked for (206).", "application/octet-stream")
    | refusals("not_found", "range_not_satisfiable"),
)
async def fetch(who: AnyMember, request: Request, file: str) -> Response:
    """For whoever sees the message it belongs to; one in a note for staff only."""
    found = await _readable(who, file)
    known = _headers(who) | _kept(found.hash) | _harmless(found)
    given = request.headers
    if _has(given.get("if-none-match"), found.hash):
        return Response(status_code=304, headers=known)
    wanted = given.get("range") if given.get("if-range", f'"{found.hash}"') == f'"{found.hash}"' else None
    try:
        part = span(wanted, found.size)
    except NotSatisfiable:
        raise Problem("range_not_satisfiable", headers={"content-range": f"bytes */{found.size}"}) from None
    start, end = part or (0, found.size)
    known |= {"content-length": str(end - start), "accept-ranges": "bytes"}
    if part is not None:
        known["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    body = await _begun(who.house.files, found, start, end)
    return StreamingResponse(body, 200 if part is None else 206, known)


@router.get(
    "/{file}/preview",
    summary="See a picture small",
    response_class=Response,
    responses=_binary("WebP, 640 pixels at most, with nothing in it but the picture.", previews.CONTENT_TYPE)
    | refusals("not_found"),
)
async def preview(who: AnyMember, request: Request, file: str) -> Response:
    """For pictures; everything else has none and answers 404."""
    found = await _readable(who, file)
    known = _headers(who) | _kept(found.hash) | {"content-type": previews.CONTENT_TYPE}
    if _has(request.headers.get("if-none-match"), found.hash):
        return Response(status_code=304, headers=known)
    return Response(await who.house.files.preview(found), headers=known)


def _id_for(who: Commander) -> str:
    """A new id; under a key always the same one, so that a repeated upload is the same file."""
    if who.key is None:
        return new_id()
    scope = who.command("SendFile").caller
    digest = hashlib.sha256(f"file\0{scope}\0{who.key}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=5))


async def _begun(files: Files, file: File, start: int, end: int) -> AsyncIterator[bytes]:
    """The content with its first piece already read: a store that is away answers 503, not half a file."""
    pieces = files.content(file, start, end)
    try:
        first = await anext(pieces)
    except Missing:
        _log.error("content is missing in the store", file_id=file.id)
        raise Refused("not_found") from None

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return all_of_it()


def _headers(who: Asker) -> dict[str, str]:
    return answers.headers(who.epoch, who.seen)


def _kept(digest: str) -> dict[str, Any]:
    """The browser may keep it, but asks each time whether it still may."""
    return {"etag": f'"{digest}"', "cache-control": "private, no-cache"}


def _has(if_none_match: str | None, digest: str) -> bool:
    return if_none_match is not None and f'"{digest}"' in if_none_match


def _harmless(file: File) -> dict[str, str]:
    how = "inline" if file.content_type in SHOWN else "attachment"
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in file.filename)
    return {
        "content-type": file.content_type,
        "content-disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.filename, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
