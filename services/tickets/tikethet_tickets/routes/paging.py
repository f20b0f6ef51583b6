"""``page``, ``size`` and ``cursor``, the same in every list."""

from typing import Annotated

from fastapi import Depends, Query

from tikethet_tickets.queries.pages import MAX_SIZE, PageRequest


async def paging(
    page: Annotated[int, Query(ge=1, description="from 1; `cursor` goes before it")] = 1,
    size: Annotated[int, Query(ge=1, le=MAX_SIZE)] = 20,
    cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before")] = None,
) -> PageRequest:
    """Which page is wanted."""
    return PageRequest(page=page, size=size, cursor=cursor)


Paging = Annotated[PageRequest, Depends(paging)]
