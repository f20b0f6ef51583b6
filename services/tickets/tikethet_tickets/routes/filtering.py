"""The filters of the list of tickets, as they stand in its address."""

from typing import Annotated

from fastapi import Depends, Query
from tikethet_events.word import Priority, Status

from tikethet_tickets.queries.filters import TicketFilter


async def ticket_filter(
    status: Annotated[list[Status] | None, Query(description="one or more")] = None,
    priority: Annotated[list[Priority] | None, Query(description="one or more")] = None,
    category_id: Annotated[str | None, Query()] = None,
    assigned_to: Annotated[str | None, Query(description="a member's id, `me` or `none`")] = None,
    requester: Annotated[str | None, Query(description="a member's id or `me`")] = None,
    tag: Annotated[str | None, Query(max_length=32)] = None,
    q: Annotated[str | None, Query(max_length=200, description="words in any form, or a number")] = None,
    snoozed: Annotated[bool | None, Query(description="only what one snoozed, or only what one did not")] = None,
) -> TicketFilter:
    """Which tickets are wanted."""
    return TicketFilter(
        status=tuple(status or ()),
        priority=tuple(priority or ()),
        category_id=category_id,
        assigned_to=assigned_to,
        requester=requester,
        tag=tag,
        q=q,
        snoozed=snoozed,
    )


Filter = Annotated[TicketFilter, Depends(ticket_filter)]
