"""How an event looks outside: its subject on NATS, its headers and body there, and the same as one JSON object.

Pure, and it opens no driver. Every way out goes through here, so that NATS, ``/ws`` and ``GET events`` agree byte for
byte: ``as_json(event, …) == json_of(headers_of(event, …), body_of(event))``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from tikethet_events.catalogue import kind_of
from tikethet_events.envelope import Recorded
from tikethet_events.word import MemberId

STREAM: Final = "TIKETHET_EVENTS"
SUBJECTS: Final = "tikethet.events.>"
_SUBJECT_PREFIX: Final = "tikethet.events"
_TYPE_PREFIX: Final = "tikethet."
_SOURCE_PREFIX: Final = "/tikethet/"

_WHOLE_NUMBERS: Final = frozenset({"position", "streamversion"})
_ORDER: Final = (
    "specversion",
    "id",
    "type",
    "source",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "position",
    "epoch",
    "audience",
    "streamversion",
    "actor",
    "channel",
    "requester",
    "traceparent",
    "erased",
)

_encode = msgspec.json.Encoder().encode


class Message(Struct, frozen=True):
    """One event as it travels: ``position`` is its stream sequence, ``headers`` CloudEvents ``ce-*``, ``body`` JSON."""

    position: int
    subject: str
    headers: dict[str, str]
    body: bytes

    @property
    def epoch(self) -> str:
        """The epoch its position belongs to."""
        return self.headers["ce-epoch"]

    @property
    def event_id(self) -> str:
        """The event's own id, the same in every epoch."""
        return self.headers["ce-id"]

    @property
    def type(self) -> str:
        """The event's name: ``TicketOpened``."""
        return self.headers["ce-type"].removeprefix(_TYPE_PREFIX)


class Page(Struct, frozen=True):
    """One answer of ``GET events``: the messages of ``epoch``, and how far its log goes."""

    epoch: str
    head: int
    items: tuple[Message, ...]


def subject_of(recorded: Recorded) -> str:
    """``tikethet.events.<requester|->.<ticket|->.<Type>``."""
    ticket = _about(recorded) if kind_of(recorded.stream_id) == "ticket" else None
    return _subject(recorded.owner, ticket, recorded.type)


def member_subjects(member_id: MemberId) -> str:
    """The filter that takes in everything about one person."""
    return f"{_SUBJECT_PREFIX}.{member_id}.>"


def ticket_subjects(ticket_id: str) -> str:
    """The filter that takes in everything about one ticket."""
    return f"{_SUBJECT_PREFIX}.*.{ticket_id}.>"


def headers_of(recorded: Recorded, epoch: str, installation: str) -> dict[str, str]:
    """The CloudEvents attributes as NATS headers; what does not apply is left out."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": recorded.event_id,
        "ce-type": _TYPE_PREFIX + recorded.type,
        "ce-source": _SOURCE_PREFIX + installation,
        "ce-subject": _about(recorded),
        "ce-time": _rfc3339(recorded.recorded_at),
        "ce-datacontenttype": "application/json",
        "ce-dataschema": f"/schemas/{kind_of(recorded.stream_id)}/{recorded.type}/{recorded.schema_version}",
        "ce-position": str(recorded.position),
        "ce-epoch": epoch,
        "ce-audience": recorded.audience,
        "ce-streamversion": str(recorded.version),
        "ce-actor": recorded.metadata.actor,
        "ce-channel": recorded.metadata.channel,
    }
    if recorded.owner is not None:
        headers["ce-requester"] = recorded.owner
    if recorded.metadata.traceparent is not None:
        headers["ce-traceparent"] = recorded.metadata.traceparent
    if recorded.erased:
        headers["ce-erased"] = "true"
    return headers


def body_of(recorded: Recorded) -> bytes:
    """The event's own fields as JSON; what was erased is ``null``."""
    return _encode(recorded.data)


def as_json(recorded: Recorded, epoch: str, installation: str) -> bytes:
    """The event as one CloudEvent object, as on ``/ws`` and in ``GET events``."""
    return json_of(headers_of(recorded, epoch, installation), body_of(recorded))


def json_of(headers: Mapping[str, str], body: bytes) -> bytes:
    """The same object from what NATS delivered; headers that are no attribute are not part of it."""
    return _encode({**_attributes(headers), "data": Raw(body)})


def message_of(event: Mapping[str, Any]) -> Message:
    """A structured CloudEvent (decoded JSON; ``data`` may be `msgspec.Raw`) as NATS would have delivered it."""
    headers = {f"ce-{name}": _header(event[name]) for name in _ORDER if event.get(name) is not None}
    kind = event["dataschema"].split("/")[2]
    type_ = event["type"].removeprefix(_TYPE_PREFIX)
    subject = _subject(event.get("requester"), event["subject"] if kind == "ticket" else None, type_)
    data = event["data"]
    return Message(event["position"], subject, headers, bytes(data) if isinstance(data, Raw) else _encode(data))


def page_of(answer: bytes) -> Page:
    """What ``GET events`` answered. Raises `msgspec.DecodeError` for anything else."""
    page = msgspec.json.decode(answer, type=_RawPage)
    return Page(page.epoch, page.head, tuple(message_of(msgspec.structs.asdict(item)) for item in page.items))


class _Item(Struct, frozen=True, omit_defaults=True):
    specversion: str
    id: str
    type: str
    source: str
    subject: str
    time: str
    datacontenttype: str
    dataschema: str
    position: int
    epoch: str
    audience: str
    streamversion: int
    actor: str
    channel: str
    data: Raw
    requester: str | None = None
    traceparent: str | None = None
    erased: bool | None = None


class _RawPage(Struct, frozen=True):
    epoch: str
    head: int
    items: tuple[_Item, ...]


def _attributes(headers: Mapping[str, str]) -> dict[str, object]:
    attributes: dict[str, object] = {}
    for name in _ORDER:
        value = headers.get(f"ce-{name}")
        if name == "requester":
            attributes[name] = value
        elif value is not None:
            attributes[name] = int(value) if name in _WHOLE_NUMBERS else value if name != "erased" else value == "true"
    return attributes


def _header(value: object) -> str:
    return "true" if value is True else str(value)


def _subject(requester: str | None, ticket: str | None, type_: str) -> str:
    return f"{_SUBJECT_PREFIX}.{requester or '-'}.{ticket or '-'}.{type_}"


def _about(recorded: Recorded) -> str:
    """The id in the stream's name (``ticket-<id>``), or the whole name where it has none (``desk``)."""
    return recorded.stream_id.partition("-")[2] or recorded.stream_id


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
