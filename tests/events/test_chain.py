"""The chain of hashes: what it is made of, and that nothing stored can be changed unseen."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import asyncpg
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tikethet_events.chain import canonical, moment, verify
from tikethet_events.errors import Broken
from tikethet_events.log import Append, Log

Post = Callable[..., Append]
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_text = st.text(st.characters(exclude_categories=["Cs"]))
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _text,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_text, inside, max_size=4),
    max_leaves=20,
)


@given(_json)
def test_canonical_is_rfc_8785(value: Any) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)


def test_keys_sort_by_utf_16_units() -> None:
    assert canonical({"\uffff": 1, "\U00010000": 2, "a": 3}) == '{"a":3,"\U00010000":2,"\uffff":1}'


async def test_what_is_stored_is_canonical_and_its_hash_can_be_recomputed_by_anyone(
    log: Log, post: Post, pool: Pool
) -> None:
    await log.append(post("ticket-1", 0, "одно", "two"))
    await log.append(post("ticket-2", 0, "three"))

    previous = hashlib.sha256((await log.head()).installation.encode()).digest()
    for row in await pool.fetch("SELECT * FROM tickets.events ORDER BY position"):
        data, metadata = json.loads(row["data"]), json.loads(row["metadata"])
        assert (rfc8785.dumps(data), rfc8785.dumps(metadata)) == (row["data"].encode(), row["metadata"].encode())
        whole = {
            "audience": row["audience"],
            "data": data,
            "event_id": str(row["event_id"]),
            "metadata": metadata,
            "previous": previous.hex(),
            "recorded_at": moment(row["recorded_at"]),
            "schema_version": row["schema_version"],
            "stream_id": row["stream_id"],
            "type": row["type"],
            "version": row["version"],
        }
        previous = hashlib.sha256(rfc8785.dumps(whole)).digest()
        assert row["hash"] == previous
    verified = await verify(pool)
    assert (verified.position, verified.hash) == (3, previous.hex())


async def test_an_empty_log_is_whole(pool: Pool) -> None:
    assert (await verify(pool)).position == 0


_TAMPERED = {
    "data": "data = replace(data::text, 'm0', 'm9')::json",
    "sealed text": 'data = replace(data::text, \'"sealed":"\', \'"sealed":"AA\')::json',
    "metadata": 'metadata = \'{"actor":"somebody else"}\'',
    "stream": "stream_id = 'ticket-9'",
    "version": "version = 99",
    "event id": "event_id = gen_random_uuid()",
    "type": "type = 'NoteAdded'",
    "schema version": "schema_version = 2",
    "audience": "audience = 'staff'",
    "time": "recorded_at = recorded_at + interval '1 microsecond'",
    "hash": "hash = sha256('x')",
}


@pytest.mark.parametrize("change", _TAMPERED.values(), ids=_TAMPERED)
async def test_a_changed_event_is_found(log: Log, post: Post, pool: Pool, change: str) -> None:
    for number in range(4):
        await log.append(post(f"ticket-{number}", 0, "text"))
    await pool.execute("ALTER TABLE tickets.events DISABLE TRIGGER append_only")
    assert await pool.execute(f"UPDATE tickets.events SET {change} WHERE position = 3") == "UPDATE 1"  # noqa: S608 ours

    with pytest.raises(Broken) as broken:
        await verify(pool)
    assert broken.value.position == 3


@pytest.mark.parametrize(
    ("damage", "position", "what"),
    [
        ("DELETE FROM tickets.events WHERE position = 2", 2, "hole"),
        ("DELETE FROM tickets.events WHERE position > 2", 2, "tail"),
        ("UPDATE tickets.log_head SET position = 3", 4, "head"),
        ("UPDATE tickets.log_head SET hash = sha256('x')", 4, "head"),
        ("DELETE FROM tickets.log_head", 0, "head"),
    ],
)
async def test_holes_cut_tails_and_a_false_head_are_found(
    log: Log, post: Post, pool: Pool, damage: str, position: int, what: str
) -> None:
    for number in range(4):
        await log.append(post(f"ticket-{number}", 0, "text"))
    await pool.execute("ALTER TABLE tickets.events DISABLE TRIGGER append_only")
    await pool.execute(damage)

    with pytest.raises(Broken, match=what) as broken:
        await verify(pool)
    assert broken.value.position == position
