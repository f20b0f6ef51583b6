"""How a person gets in and stays in: init data (or a desk code) → member → session → tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from tikethet_service.callers import AccessTokens
from tikethet_service.problems import Problem

from tikethet_gateway.limits import Limits
from tikethet_gateway.rules import Proof, check_init_data
from tikethet_gateway.sessions import Grant, Sessions
from tikethet_gateway.tickets import Tickets

_log = structlog.get_logger("tikethet.signin")

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class InitDataPolicy:
    """What init data is checked against: who signed it, its oldest age, and how often it may be exchanged."""

    proof: Proof
    max_age_s: int
    max_exchanges: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A way in: the tokens to carry and, after a sign-in, the member as tickets tells it."""

    access_token: str
    grant: Grant
    member: dict[str, Any]


class SignIn:
    """Exchanges init data, desk codes and refresh tokens."""

    def __init__(
        self,
        policy: InitDataPolicy,
        *,
        tickets: Tickets,
        sessions: Sessions,
        tokens: AccessTokens,
        limits: Limits,
        now: Now = utc_now,
    ) -> None:
        self._policy = policy
        self._tickets = tickets
        self._sessions = sessions
        self._tokens = tokens
        self._limits = limits
        self._now = now

    async def exchange(self, init_data: str, client: str) -> SignedIn:
        """Sign a person in; raises ``Problem``: ``init_data_…``, ``blocked``, or that tickets cannot be asked."""
        policy = self._policy
        person = check_init_data(init_data, policy.proof, now=self._now(), max_age_s=policy.max_age_s)
        await self._limits.count(f"tikethet:initdata:{person.exchange_key}", policy.max_exchanges, policy.max_age_s)
        return await self._welcome(await self._tickets.join(person), client)

    async def redeem(self, code: str, client: str) -> SignedIn:
        """Sign somebody of the staff in at a desk; raises ``Problem``: ``desk_code_invalid``, ``blocked``, …."""
        return await self._welcome(await self._tickets.redeem(code), client)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Carry a session on; raises ``Problem``: ``unauthorized``, ``session_ended``, ``blocked``."""
        # The member is looked up first: were the token used up before, an outage of tickets could end the session.
        member_id = await self._sessions.whose(refresh_token)
        member = await self._look_up(member_id)
        return self._signed_in(await self._sessions.rotate(refresh_token), member)

    async def _welcome(self, member: dict[str, Any], client: str) -> SignedIn:
        grant = await self._sessions.open(str(member["id"]), client)
        _log.info("signed in", member_id=grant.member_id, client=client)
        return self._signed_in(grant, member)

    async def _look_up(self, member_id: str) -> dict[str, Any]:
        try:
            access = await self._tickets.access(member_id)
        except Problem as problem:
            if problem.code != "not_found":
                raise
            await self._sessions.end_all(member_id)
            raise Problem("session_ended") from None
        if access.get("blocked"):
            await self._sessions.end_all(member_id)
            raise Problem("blocked")
        return access

    def _signed_in(self, grant: Grant, member: dict[str, Any]) -> SignedIn:
        return SignedIn(self._tokens.issue(grant.member_id, grant.session_id), grant, member)
