"""An `Append` made ready for ``tickets.flush``: sealed, in canonical JSON, with ids. Pure but for randomness.

Done when the append comes in, so that it happens while the transaction before is still running.
"""

import re
import uuid
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct, structs

from tikethet_events.append import Append
from tikethet_events.catalogue import EVENTS, kind_of, name_of
from tikethet_events.chain import canonical
from tikethet_events.keys import Sealer
from tikethet_events.sealing import Keyring, StreamKey, event_uuid
from tikethet_events.word import Audience, Event, MemberId

_OVERHEAD_BYTES: Final = 400
"""What an append costs in a flush beside its text."""

_PLAIN: Final[Mapping[type[Event], tuple[str, ...]]] = {
    event: tuple(sorted(set(event.__struct_fields__) - event.personal))
    for events in EVENTS.values()
    for event in events.values()
}
_PERSONAL: Final[Mapping[type[Event], tuple[str, ...]]] = {
    event: tuple(sorted(event.personal)) for events in EVENTS.values() for event in events.values()
}
_encode = msgspec.json.Encoder().encode


class PreparedEvent(Struct, frozen=True, gc=False):
    """One row of ``events`` as far as it is known before its place is."""

    stream_id: str
    version: int
    event_id: uuid.UUID
    type: str
    schema: int
    audience: Audience
    data: str
    word: Event
    erased: bool


class PreparedWrite(Struct, frozen=True, gc=False):
    """One row of ``streams``."""

    stream_id: str
    expected: int
    version: int
    sealer: Sealer

    @property
    def sealed_for(self) -> MemberId | None:
        """The member whose key must still live."""
        return self.sealer.owner if self.sealer.key else None


class Prepared(Struct, frozen=True, kw_only=True, gc=False):
    """Everything ``tickets.flush`` needs of one append; two that share a claim cannot go in one flush."""

    append: Append
    command: uuid.UUID
    fingerprint: bytes
    metadata: str
    writes: tuple[PreparedWrite, ...]
    events: tuple[PreparedEvent, ...]
    claims: tuple[str, ...]
    size: int

    @property
    def versions(self) -> dict[str, int]:
        """Where each stream stands when this is written."""
        return {write.stream_id: write.version for write in self.writes}


_STREAM_NAME: Final = re.compile(r"[a-z]+(-[0-9a-z-]+)?")


def prepare(append: Append, keyring: Keyring, sealers: Mapping[str, Sealer]) -> Prepared:
    """Seal and encode; ``sealers`` has one entry for each write. Raises TypeError, ValueError for nonsense."""
    if len(sealers) != len(append.writes):
        raise ValueError("an append writes to each stream once")
    command = keyring.command_uuid(append.caller, append.command_id)
    events: list[PreparedEvent] = []
    writes: list[PreparedWrite] = []
    for write in append.writes:
        sealer = sealers[write.stream_id]
        if not write.expected and not _STREAM_NAME.fullmatch(write.stream_id):
            raise ValueError(f"{write.stream_id!r} is no name for a stream")
        for version, event in enumerate(write.events, write.expected + 1):
            events.append(_event(event, write.stream_id, version, event_uuid(command, len(events)), sealer.key))
        version = write.expected + len(write.events)
        writes.append(PreparedWrite(write.stream_id, write.expected, version, sealer))
    metadata = canonical(append.metadata)
    return Prepared(
        append=append,
        command=command,
        fingerprint=keyring.fingerprint(command, append.fingerprint),
        metadata=metadata,
        writes=tuple(writes),
        events=tuple(events),
        claims=(str(command), *_claims(append, sealers)),
        size=_OVERHEAD_BYTES + sum(len(event.data) + len(metadata) for event in events),
    )


def _claims(append: Append, sealers: Mapping[str, Sealer]) -> list[str]:
    guards = [f"guard {guard.name}" for guard in append.guards]
    keys = [f"key {sealer.owner}" for sealer in sealers.values() if sealer.member_wrapped is not None]
    return [*sealers, *guards, *keys]


def _event(event: Event, stream_id: str, version: int, event_id: uuid.UUID, key: StreamKey | None) -> PreparedEvent:
    word, name = type(event), name_of(event)
    if EVENTS.get(kind_of(stream_id), {}).get(name) is not word:
        raise TypeError(f"{name} is no event of {stream_id}")
    data: dict[str, object] = {field: getattr(event, field) for field in _PLAIN[word]}
    if personal := _PERSONAL[word]:
        if key is None:  # the owner is erased: what cannot be sealed is not kept, and the read models do not see it
            event = structs.replace(event, **dict.fromkeys(personal))
            data["sealed"] = None
        else:
            plain = _encode({field: getattr(event, field) for field in personal})
            data["sealed"] = key.seal(str(event_id), name, word.schema, plain)
    erased = bool(personal) and key is None
    return PreparedEvent(
        stream_id, version, event_id, name, word.schema, event.audience, canonical(data), event, erased
    )
