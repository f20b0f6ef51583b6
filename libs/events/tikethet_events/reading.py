"""Stored rows → `Recorded`: the reverse of `prepare.py`."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag
from msgspec import UNSET, Struct, UnsetType

from tikethet_events.catalogue import EVENTS, kind_of
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.errors import Broken, UnknownEvent
from tikethet_events.keys import Keys
from tikethet_events.sealing import StreamKey
from tikethet_events.upcasts import UPCASTS, upcast
from tikethet_events.word import Event

# `alive`: an erasure in any process is seen by the same query that reads the text.
SELECT: Final = """
    SELECT e.position, e.stream_id, e.version, e.event_id::text, e.command_id::text, e.type, e.schema_version,
           e.audience, e.data::text, e.metadata::text, e.recorded_at, s.owner,
           (NOT s.erased AND (s.owner IS NULL OR m.wrapped IS NOT NULL)) AS alive
    FROM tickets.events e
    JOIN tickets.streams s USING (stream_id)
    LEFT JOIN tickets.member_keys m ON m.member_id = s.owner
"""


class _Sealed(Struct):
    sealed: str | UnsetType | None = UNSET


_sealed = msgspec.json.Decoder(_Sealed).decode
_metadata = msgspec.json.Decoder(Metadata).decode
_decoders: Final[Mapping[tuple[str, str], msgspec.json.Decoder[Event]]] = {
    (kind, name): msgspec.json.Decoder(event) for kind, events in EVENTS.items() for name, event in events.items()
}


async def opened(rows: Sequence["asyncpg.Record"], keys: Keys) -> list[Recorded]:
    """The rows of one query, opened. Raises UnknownEvent."""
    alive = {row["stream_id"]: row["alive"] for row in rows}
    openers = {stream_id: keys.opener(stream_id, alive=lives) for stream_id, lives in alive.items()}
    missing = [stream_id for stream_id, lives in alive.items() if lives and openers[stream_id] is None]
    openers |= await keys.load(missing)
    return [_recorded(row, openers[row["stream_id"]]) for row in rows]


def _recorded(row: "asyncpg.Record", key: StreamKey | None) -> Recorded:
    kind, type_, schema = kind_of(row["stream_id"]), row["type"], row["schema_version"]
    word = EVENTS.get(kind, {}).get(type_)
    if word is None or schema > word.schema:
        raise UnknownEvent(row["stream_id"], type_, schema)
    data, erased = _unsealed(row, word, key)
    if schema < word.schema:
        old = msgspec.json.decode(data)
        data = msgspec.json.encode(upcast(kind, type_, schema, word.schema, old, UPCASTS))
    return Recorded(
        position=row["position"],
        stream_id=row["stream_id"],
        version=row["version"],
        event_id=row["event_id"],
        command_id=row["command_id"],
        type=type_,
        schema_version=word.schema,
        audience=row["audience"],
        data=_decoders[kind, type_].decode(data),
        metadata=_metadata(row["metadata"]),
        recorded_at=row["recorded_at"],
        owner=row["owner"],
        erased=erased,
    )


def _unsealed(row: "asyncpg.Record", word: type[Event], key: StreamKey | None) -> tuple[bytes, bool]:
    """The whole data, personal fields among the others, ``null`` (and True) where they can no longer be read."""
    data = row["data"].encode()
    sealed = _sealed(data).sealed
    if sealed is UNSET:
        return data, False
    erased = key is None or sealed is None
    if key is None or sealed is None:
        personal = msgspec.json.encode(dict.fromkeys(word.personal))
    else:
        try:
            personal = key.open(row["event_id"], row["type"], row["schema_version"], sealed)
        except InvalidTag:
            raise Broken(row["position"], "the sealed text is not what was sealed here") from None
    # Two objects of at least one member each; `sealed` itself is no field of any event and is skipped by the decoder.
    return personal[:-1] + b"," + data[1:], erased
