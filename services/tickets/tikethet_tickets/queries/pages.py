"""Pages of a list: by number for people who jump, by cursor for everything that must stay flat."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct
from tikethet_events.errors import Refused

from tikethet_tickets.shapes import Page

Item = TypeVar("Item")

MAX_SIZE = 100
MAX_OFFSET = 10_000
"""Numbered pages reach this many items deep; whoever wants more walks by cursor."""
MAX_SEEN: Final = 10**9


class PageRequest(Struct, frozen=True):
    """Which page: ``cursor`` goes before ``page`` (from 1); ``size`` is at most `MAX_SIZE`."""

    page: int = 1
    size: int = 20
    cursor: str | None = None

    @property
    def offset(self) -> int:
        """Items to skip; raises `Refused` when that is deeper than numbered pages go."""
        if not 1 <= self.size <= MAX_SIZE:
            raise Refused("invalid", field="size")
        skipped = 0 if self.cursor else (self.page - 1) * self.size
        if not 0 <= skipped <= MAX_OFFSET:
            raise Refused("invalid", field="page")
        return skipped


class Cursor(Struct, frozen=True, array_like=True):
    """The last item seen: its key in the order ``sort``, and its id; how many were seen, where that is kept."""

    sort: str
    key: str | int
    id: str
    seen: Annotated[int, Meta(ge=0, le=MAX_SEEN)] = 0


def seal(cursor: Cursor) -> str:
    """A cursor as clients carry it: opaque, safe in a URL."""
    return urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def unseal(text: str, sort: str) -> Cursor:
    """What `seal` hid; raises `Refused` for anything else, or when it belongs to another order."""
    try:
        cursor = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
    except (ValueError, msgspec.DecodeError) as wrong:
        raise Refused("invalid", field="cursor") from wrong
    if cursor.sort != sort:
        raise Refused("invalid", field="cursor")
    return cursor


def page_of(
    items: Sequence[Item],
    request: PageRequest,
    *,
    total: int,
    next_cursor: str | None,
    prev_cursor: str | None = None,
    exact: bool = True,
) -> Page[Item]:
    """The envelope around ``items``."""
    return Page(
        items=list(items),
        total=total,
        page=request.page,
        size=request.size,
        pages=-(-total // request.size),
        next_cursor=next_cursor,
        prev_cursor=prev_cursor,
        total_is_exact=exact,
    )
