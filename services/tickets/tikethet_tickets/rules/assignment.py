"""Who of those on duty gets a new ticket."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from tikethet_events.word import CategoryId, MemberId


class OnDuty(Struct, frozen=True, kw_only=True):
    """A member of staff on duty ``since`` then for these ``categories`` (none: all), with ``load`` open tickets."""

    member_id: MemberId
    categories: tuple[CategoryId, ...]
    since: datetime
    load: int


def chosen(staff: Sequence[OnDuty], category_id: CategoryId, requester_id: MemberId) -> MemberId | None:
    """Who serves the category and has the least to do; of several whoever is on duty longest; never the requester."""
    fit = [
        each
        for each in staff
        if each.member_id != requester_id and (not each.categories or category_id in each.categories)
    ]
    return min(fit, key=lambda each: (each.load, each.since, each.member_id)).member_id if fit else None
