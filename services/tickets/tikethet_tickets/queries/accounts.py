"""Service accounts: the list, and the one behind a token, which pays for each request."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Final

import msgspec
from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.integration import AccountId

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules.integration import whole_kinds
from tikethet_tickets.shapes import Account
from tikethet_tickets.views.rows import AccountRow

_ROW: Final = msgspec.json.Decoder(AccountRow)
_HASH_SHOWN: Final = 16

# A "generic cell rate": everything taken so far is paid for at `paid_until`; a minute's worth may be taken at once.
_ENTER: Final = """
    WITH found AS (
        SELECT a.*, interval '1 minute' / a.requests_per_minute AS price,
            a.token_hash = $1 OR coalesce(a.old_until > now(), false) AS works
        FROM tickets.accounts a WHERE a.token_hash = $1 OR a.old_token_hash = $1
    ), used AS (
        INSERT INTO tickets.account_usage AS u (account_id, last_used_at, paid_until)
        SELECT f.id, now(), now() + f.price FROM found f WHERE f.revoked_at IS NULL AND f.works
        ON CONFLICT (account_id) DO UPDATE
            SET last_used_at = now(), paid_until = greatest(u.paid_until, now()) + (SELECT f.price FROM found f)
            WHERE u.paid_until + (SELECT f.price FROM found f) <= now() + interval '1 minute'
        RETURNING true
    )
    SELECT to_json(a)::text, h.position, h.epoch::text, EXISTS (SELECT FROM used), extract(epoch FROM f.price)::float,
        f.works
    FROM found f JOIN tickets.accounts a USING (id) CROSS JOIN tickets.log_head h
"""


class Entered(Struct, frozen=True, kw_only=True):
    """An account at the door, and how far the log went then."""

    account: AccountRow
    position: int
    epoch: str


async def enter(reader: Reader, token_hash: str) -> Entered:
    """The account with this token; notes that it was used.

    Raises `Refused` ``unauthorized``, ``account_revoked``, ``token_replaced``, ``rate_limited``.
    """
    row = await reader.fetchrow(_ENTER, token_hash)
    if row is None:
        raise Refused("unauthorized")
    account = _ROW.decode(row[0])
    if account.revoked_at is not None:
        raise Refused("account_revoked")
    if not row[5]:
        raise Refused("token_replaced")
    if not row[3]:
        raise Refused("rate_limited", retry_after=max(1, ceil(row[4])))
    return Entered(account=account, position=row[1], epoch=row[2])


def user_name(account_id: AccountId, token_hash: str) -> str:
    """What who came with a token is called on NATS: the account, and which of its tokens that was."""
    return f"{account_id}.{token_hash[:_HASH_SHOWN]}"


async def welcome_users(reader: Reader, names: Sequence[str]) -> set[str]:
    """Those of these users whose account was not revoked, and whose token still works."""
    rows = await reader.fetch(
        """
        SELECT u.name FROM tickets.accounts a
        CROSS JOIN LATERAL (VALUES (a.token_hash, true), (a.old_token_hash, a.old_until > now())) AS t (hash, works)
        CROSS JOIN LATERAL (SELECT a.id::text || '.' || left(t.hash, $2) AS name) u
        WHERE a.revoked_at IS NULL AND t.works AND u.name = ANY($1::text[])
        """,
        names,
        _HASH_SHOWN,
    )
    return {row[0] for row in rows}


async def list_accounts(reader: Reader, account_id: AccountId | None = None) -> list[Account]:
    """Those that were not revoked, oldest first; or one of them."""
    rows = await reader.fetch(
        """
        SELECT to_json(a)::text, u.last_used_at FROM tickets.accounts a
        LEFT JOIN tickets.account_usage u ON u.account_id = a.id
        WHERE a.revoked_at IS NULL AND ($1::uuid IS NULL OR a.id = $1::uuid) ORDER BY a.id
        """,
        account_id,
    )
    return [_shape(_ROW.decode(row[0]), row[1]) for row in rows]


def _shape(row: AccountRow, last_used_at: datetime | None) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        types=list(row.hearing.types),
        audience=row.hearing.audience,
        personal=row.hearing.personal,
        calls=list(row.calls),
        requests_per_minute=row.requests_per_minute,
        stream_types=list(whole_kinds(row.hearing)) if "events" in row.calls else [],
        created_at=row.created_at,
        last_used_at=last_used_at,
        old_token_until=row.old_until,
    )
