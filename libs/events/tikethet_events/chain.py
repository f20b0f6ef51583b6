"""Canonical JSON and the chain of hashes over everything ever written.

``hash`` = SHA-256 over the canonical JSON (RFC 8785) of one event and the hash before it. It covers what DESIGN names
and two things more, which a forger would like to change: who may hear it (``audience``) and when it was recorded.
The SQL function ``tickets.flush`` builds the same text; `link` is its counterpart for verifying.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from tikethet_events.errors import Broken

_encode = msgspec.json.Encoder(order="sorted").encode
_BEYOND_BMP: Final = re.compile(rb"[\xf0-\xf4]")

_COLUMNS: Final = """
    SELECT position, stream_id, version, event_id::text, type, schema_version, audience, data::text, metadata::text,
           hash, recorded_at
    FROM tickets.events ORDER BY position
"""


class Verified(Struct, frozen=True, kw_only=True):
    """The log is whole up to ``position``, whose ``hash`` (hex) a careful operator writes down elsewhere."""

    position: int
    hash: str


def canonical(value: object) -> str:
    """RFC 8785, for what events hold: strings, whole numbers below 2^53, booleans, null, lists, objects."""
    text = _encode(value)
    if not text.isascii() and _BEYOND_BMP.search(text):
        # Keys sort by UTF-16 units; that differs from the encoder's code points only when one lies beyond the BMP.
        text = msgspec.json.encode(_sorted(msgspec.json.decode(text)))
    return text.decode()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def moment(recorded_at: datetime) -> str:
    """A time as the chain spells it: UTC, six digits, ``Z``."""
    return recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def genesis(installation: str) -> bytes:
    """The hash before the first event."""
    return hashlib.sha256(installation.encode()).digest()


def link(previous: bytes, event: "asyncpg.Record") -> bytes:
    """The hash of a stored event that follows ``previous``; ``data`` and ``metadata`` are taken as they are stored."""
    text = (
        f'{{"audience":"{event["audience"]}","data":{event["data"]},"event_id":"{event["event_id"]}",'
        f'"metadata":{event["metadata"]},"previous":"{previous.hex()}","recorded_at":"{moment(event["recorded_at"])}",'
        f'"schema_version":{event["schema_version"]},"stream_id":"{event["stream_id"]}","type":"{event["type"]}",'
        f'"version":{event["version"]}}}'
    )
    return hashlib.sha256(text.encode()).digest()


async def verify(pool: "asyncpg.Pool[asyncpg.Record]") -> Verified:
    """Read the whole log in one snapshot, in little memory. Raises Broken at the first break, hole or cut tail."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchrow("SELECT position, hash, installation::text FROM tickets.log_head")
        if head is None:
            raise Broken(0, "the head row is gone")
        position, chain = 0, genesis(head["installation"])
        async for event in connection.cursor(_COLUMNS, prefetch=500):
            position += 1
            if event["position"] != position:
                raise Broken(position, f"a hole: the next event is {event['position']}")
            chain = link(chain, event)
            if chain != event["hash"]:
                raise Broken(position, "the hash is not that of what is stored")
    if position < head["position"]:
        raise Broken(position, f"the tail is cut: the head says {head['position']}")
    if position > head["position"] or chain != head["hash"]:
        raise Broken(position, f"the head says {head['position']}, with another hash")
    return Verified(position=position, hash=chain.hex())
