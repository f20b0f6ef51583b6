"""An event with everything known about its happening, and how it looks outside as a CloudEvent."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tikethet_events.word import Audience, Event, MemberId

Channel = Literal["app", "bot", "api", "system"]
"""The door a command came through."""


class Metadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who caused an event and how: ``actor`` is a member id, or ``service:<name>``, ``account:<id>``, ``timer``."""

    actor: str
    channel: Channel = "api"
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """One event as the log keeps it, opened.

    ``position`` is its place in the whole log (dense, from 1) and its sequence on the stream; ``version`` its place in
    its own stream (from 1); ``owner`` the member whose key seals it (a ticket's requester, the member itself, or
    ``None`` for the desk); ``erased`` says that the key is gone and personal fields read as ``None``.
    """

    position: int
    stream_id: str
    version: int
    event_id: str
    command_id: str
    type: str
    schema_version: int
    audience: Audience
    data: Event
    metadata: Metadata
    recorded_at: datetime
    owner: MemberId | None = None
    erased: bool = False
