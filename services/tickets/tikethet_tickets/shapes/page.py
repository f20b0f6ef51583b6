"""One page of any list."""

from typing import Generic, TypeVar

from msgspec import Struct

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list. ``next_cursor`` is ``null`` on the last one.

    ``total`` (and ``pages`` with it) is a lower bound where ``total_is_exact`` is false: counting every hit of a
    common word would cost more than the page itself.
    """

    items: list[Item]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str | None
    prev_cursor: str | None = None
    total_is_exact: bool = True
