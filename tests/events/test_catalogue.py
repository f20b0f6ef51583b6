"""Every shape of every event ever shipped stays readable, and as private as it was.

`golden.json` holds one example per kind, type and schema version. Add to it; what is in it is stored somewhere and
never changes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from tikethet_events.append import Append, Write
from tikethet_events.catalogue import EVENTS, kind_of, name_of
from tikethet_events.envelope import Metadata
from tikethet_events.log import Log
from tikethet_events.upcasts import UPCASTS, upcast
from tikethet_events.word import Event, MemberId

GOLDEN: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
WORDS = [(kind, event) for kind, events in EVENTS.items() for event in events.values()]


def _event(key: str, *, erased: bool = False) -> Event:
    kind, name, version = key.split("/")
    word, golden = EVENTS[kind][name], GOLDEN[key]
    personal = dict.fromkeys(golden["personal"]) if erased else golden["personal"]
    whole = upcast(kind, name, int(version), word.schema, golden["plain"] | personal, UPCASTS)
    return msgspec.convert(whole, word)


def _json(event: Event) -> Any:
    return json.loads(msgspec.json.encode(event))


@pytest.mark.parametrize("key", GOLDEN)
def test_every_shape_ever_stored_is_still_read(key: str) -> None:
    kind, name, version = key.split("/")
    golden, event = GOLDEN[key], _event(key)

    assert event.audience == golden["audience"]
    if int(version) == EVENTS[kind][name].schema:
        assert _json(event) == golden["plain"] | golden["personal"]
        assert event.personal == golden["personal"].keys()


@pytest.mark.parametrize("key", GOLDEN)
def test_every_shape_is_read_after_its_member_is_erased(key: str) -> None:
    event = _event(key, erased=True)
    assert all(getattr(event, field) is None for field in event.personal)
    assert event.audience == GOLDEN[key]["audience"]


def test_every_event_has_its_golden_example() -> None:
    assert {f"{kind}/{word.__name__}/{word.schema}" for kind, word in WORDS} <= GOLDEN.keys()


def _types(type_: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    yield type_
    for name in type_.__struct_fields__:
        inner = getattr(type_, name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(part, msgspec.inspect.Field):
                yield from _types(part.type)
            elif isinstance(part, msgspec.inspect.Type):
                yield from _types(part)


@pytest.mark.parametrize(("kind", "word"), WORDS)
def test_no_event_holds_what_has_no_canonical_form(kind: str, word: type[Event]) -> None:
    # A fraction is written in more than one way; only whole numbers keep the chain's text unambiguous.
    unsure = (msgspec.inspect.FloatType, msgspec.inspect.AnyType, msgspec.inspect.DecimalType)
    assert not [type_ for type_ in _types(msgspec.inspect.type_info(word)) if isinstance(type_, unsure)], kind


@pytest.mark.parametrize(("kind", "word"), WORDS)
def test_personal_fields_are_fields_and_may_be_gone(kind: str, word: type[Event]) -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(word)}
    assert word.personal <= fields.keys(), kind
    for name in word.personal:
        assert msgspec.convert(None, fields[name]) is None
    assert "sealed" not in fields  # the name under which the log keeps them


def test_kinds_and_names() -> None:
    assert [kind_of(stream) for stream in ("ticket-1-2", "member-x", "desk")] == ["ticket", "member", "desk"]
    assert name_of(_event("ticket/WorkStarted/1")) == "WorkStarted"


async def test_what_is_personal_is_sealed_and_the_rest_is_not(log: Log, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    owner = MemberId("0190a000-0000-7000-8000-000000000001")
    for kind in EVENTS:
        keys = [key for key in GOLDEN if key.startswith(f"{kind}/")]
        write = Write(stream_id=f"{kind}-1", expected=0, events=tuple(map(_event, keys)), owner=owner)
        metadata = Metadata(actor=owner)
        await log.append(Append(caller="x", command_id=kind, fingerprint=b"", metadata=metadata, writes=(write,)))

    rows = await pool.fetch(
        "SELECT split_part(stream_id, '-', 1) AS kind, type, schema_version, data FROM tickets.events"
    )
    for row in rows:
        event = _event(f"{row['kind']}/{row['type']}/{row['schema_version']}")
        data = json.loads(row["data"])
        sealed = data.pop("sealed", None)
        assert data == {name: value for name, value in _json(event).items() if name not in event.personal}
        assert bool(sealed) == bool(event.personal)
    read = await log.read(0, 1000)
    assert len(read) == len(rows) == len(GOLDEN)
    assert {event.type for event in read} == {name_of(event.data) for event in read}
    assert [event.data for event in await log.read_stream("desk-1")] == [
        _event(key) for key in GOLDEN if key.startswith("desk/")
    ]
