"""Which tickets a list is about, as SQL conditions over ``t`` and as a sum over the counters."""

import re

from msgspec import Struct
from tikethet_events.word import Priority, Status

from tikethet_tickets.queries.snoozes import asleep
from tikethet_tickets.queries.sql import Arguments, must_be_text, must_be_uuid
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.views.rows import PRIORITIES


class TicketFilter(Struct, frozen=True, kw_only=True):
    """What to list. Empty means all; ``assigned_to`` and ``requester`` know ``me``, ``assigned_to`` also ``none``."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    category_id: str | None = None
    assigned_to: str | None = None
    requester: str | None = None
    tag: str | None = None
    q: str | None = None
    snoozed: bool | None = None
    """Only what the viewer snoozed, or only what they did not; customers snooze nothing."""

    def __post_init__(self) -> None:
        """Raises `Refused` for what cannot be looked for."""
        must_be_text(self.q or "", "q")
        must_be_text(self.tag or "", "tag")

    @property
    def statuses(self) -> list[Status]:
        """Those asked for, each once."""
        return list(dict.fromkeys(self.status)) or list(Status)

    @property
    def words(self) -> str | None:
        """What to search for, or nothing."""
        return self.q.strip() or None if self.q else None

    @property
    def number(self) -> int | None:
        """The number meant, when ``q`` looks like one (``#1042``)."""
        return ticket_number(self.words or "")


def ticket_number(text: str) -> int | None:
    """The number of a ticket as people write it: ``1042`` or ``#1042``."""
    found = re.fullmatch(r"#?([0-9]{1,18})", text)
    return int(found.group(1)) if found else None


def conditions(wanted: TicketFilter, viewer: Viewer, arguments: Arguments) -> list[str]:
    """Everything but status, tag and search. A customer's list is about their own tickets, and tags are not theirs."""
    found: list[str] = []
    if not viewer.staff:
        found.append(f"t.requester_id = {arguments.add(viewer.member_id, 'uuid')}")
    if wanted.requester is not None:
        requester = viewer.member_id if wanted.requester == "me" else must_be_uuid(wanted.requester, "requester")
        found.append(f"t.requester_id = {arguments.add(requester, 'uuid')}")
    if wanted.tag is not None and not viewer.staff:
        found.append("false")
    if wanted.snoozed is not None:
        me = arguments.add(viewer.member_id, "uuid")
        found.append(f"{asleep(me)} IS {'NOT ' if wanted.snoozed else ''}NULL")
    return found + counted_conditions(wanted, viewer, arguments, "t")


def counted_conditions(wanted: TicketFilter, viewer: Viewer, arguments: Arguments, alias: str) -> list[str]:
    """The part the counters know too, but for status."""
    found: list[str] = []
    if wanted.priority:
        ranks = [PRIORITIES.index(priority) for priority in wanted.priority]
        found.append(f"{alias}.priority = ANY({arguments.add(ranks, 'smallint[]')})")
    if wanted.category_id is not None:
        category = must_be_uuid(wanted.category_id, "category_id")
        found.append(f"{alias}.category_id = {arguments.add(category, 'uuid')}")
    match wanted.assigned_to:
        case None:
            pass
        case "none":
            found.append(f"{alias}.assignee_id IS NULL")
        case "me":
            found.append(f"{alias}.assignee_id = {arguments.add(viewer.member_id, 'uuid')}")
        case member:
            found.append(f"{alias}.assignee_id = {arguments.add(must_be_uuid(member, 'assigned_to'), 'uuid')}")
    return found
