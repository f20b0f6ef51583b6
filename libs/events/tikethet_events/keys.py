"""The keys of streams, looked up and remembered.

Remembered keys are never trusted by themselves: every read asks PostgreSQL in the same query whether the key of each
row still lives (`Keys.opener`), and every append is refused by ``tickets.flush`` when it was sealed under a key that
is gone (``stale_key``). So an erasure is felt at once by every replica, without a message and without a time limit;
`forgotten` and `opener` also drop what is remembered.
"""

from collections.abc import Sequence

import asyncpg
from msgspec import Struct

from tikethet_events.append import Write
from tikethet_events.bounded import Bounded
from tikethet_events.reach import reaching
from tikethet_events.sealing import Keyring, StreamKey
from tikethet_events.word import MemberId

_STREAM_KEYS = """
    SELECT s.stream_id, s.owner, s.erased AS forgotten, k.wrapped, m.wrapped AS member_wrapped,
           m.erased_at IS NOT NULL AS erased
    FROM tickets.streams s
    LEFT JOIN tickets.stream_keys k USING (stream_id)
    LEFT JOIN tickets.member_keys m ON m.member_id = s.owner
    WHERE s.stream_id = ANY($1)
"""
_DESTROY = """
    WITH gone AS (DELETE FROM tickets.stream_keys WHERE stream_id = ANY($1))
    UPDATE tickets.streams SET erased = true WHERE stream_id = ANY($1)
"""
_MEMBER_KEY = "SELECT wrapped FROM tickets.member_keys WHERE member_id = $1"


async def destroy(connection: "asyncpg.Connection[asyncpg.Record]", stream_ids: Sequence[str]) -> None:
    """Forget these streams, each by itself, inside the transaction that appends what says so."""
    await connection.execute(_DESTROY, stream_ids)


class Sealer(Struct, frozen=True, kw_only=True, gc=False):
    """Who owns a stream, and what seals its personal fields: no ``key`` means that nothing personal can be kept.

    ``wrapped`` is set when the key is new and must be kept in the same transaction; ``member_wrapped`` when its
    owner's is new too.
    """

    owner: MemberId | None
    key: StreamKey | None = None
    wrapped: bytes | None = None
    member_wrapped: bytes | None = None


class Keys:
    """What is known of at most ``remembered`` streams, least recently used out first. Asking raises Unreachable."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keyring: Keyring, *, remembered: int = 10_000) -> None:
        self._pool = pool
        self._keyring = keyring
        self._known: Bounded[Sealer] = Bounded(remembered)
        """A stream's owner, and its key unless there is none or it is not known."""

    async def for_append(self, writes: Sequence[Write]) -> dict[str, Sealer]:
        """What seals each write."""
        sealers: dict[str, Sealer] = {}
        new_members: dict[MemberId, tuple[bytes, bytes]] = {}
        for write in writes:
            known = self._known.get(write.stream_id)
            if known is None or known.key is None:
                with reaching():
                    known = await self._for_write(write, known, new_members)
            sealers[write.stream_id] = known
        return sealers

    async def _for_write(
        self, write: Write, known: Sealer | None, new_members: dict[MemberId, tuple[bytes, bytes]]
    ) -> Sealer:
        stream_id, owner = write.stream_id, write.owner
        personal = any(event.personal for event in write.events)
        if write.expected > 0:
            if known and not personal:
                return known
            row = await self._pool.fetchrow(_STREAM_KEYS, [stream_id])
            if row is None:
                return Sealer(owner=None)  # it is not there: the append is going to be a Conflict
            if row["wrapped"] is not None:
                return self._kept(row)
            owner = row["owner"]
            if row["forgotten"]:
                return Sealer(owner=owner)
            self._known.put(stream_id, Sealer(owner=owner))
        return await self._new(stream_id, owner, new_members) if personal else Sealer(owner=owner)

    async def _new(
        self, stream_id: str, owner: MemberId | None, new_members: dict[MemberId, tuple[bytes, bytes]]
    ) -> Sealer:
        member_key, member_wrapped = None, None
        if owner in new_members:
            member_key = new_members[owner][0]
        elif owner is not None:
            member = await self._pool.fetchrow(_MEMBER_KEY, owner)
            if member is None:
                member_key, member_wrapped = new_members[owner] = self._keyring.new_member_key(owner)
            elif member["wrapped"] is None:
                return Sealer(owner=owner)
            else:
                member_key = self._keyring.member_key(owner, member["wrapped"])
        key, wrapped = self._keyring.new_stream_key(stream_id, owner, member_key)
        return Sealer(owner=owner, key=key, wrapped=wrapped, member_wrapped=member_wrapped)

    def opener(self, stream_id: str, *, alive: bool) -> StreamKey | None:
        """The remembered key, if the database says that it lives."""
        if not alive:
            self.drop(stream_id)
        known = self._known.get(stream_id)
        return known.key if known else None

    async def load(self, stream_ids: Sequence[str]) -> dict[str, StreamKey]:
        """The keys of these streams as far as they live, remembered from now on."""
        if not stream_ids:
            return {}
        rows = await self._pool.fetch(_STREAM_KEYS, stream_ids)
        return {row["stream_id"]: key for row in rows if (key := self._kept(row).key)}

    def remember(self, stream_id: str, sealer: Sealer) -> None:
        """What sealed the stream is in the database now."""
        self._known.put(stream_id, Sealer(owner=sealer.owner, key=sealer.key))

    def drop(self, stream_id: str) -> None:
        """Look this stream up again next time."""
        self._known.drop(stream_id)

    def forgotten(self, member_id: MemberId) -> None:
        """The member's key is destroyed."""
        for key in [known.key for known in self._known if known.key and known.owner == member_id]:
            self.drop(key.stream_id)

    def _kept(self, row: "asyncpg.Record") -> Sealer:
        stream_id, owner, member_key = row["stream_id"], row["owner"], None
        if row["wrapped"] is None or row["erased"]:
            return Sealer(owner=owner)
        if owner is not None:
            member_key = self._keyring.member_key(owner, row["member_wrapped"])
        key = self._keyring.stream_key(stream_id, owner, member_key, row["wrapped"])
        sealer = Sealer(owner=owner, key=key)
        self._known.put(stream_id, sealer)
        return sealer
