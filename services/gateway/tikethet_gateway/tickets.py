"""Questions the gateway itself asks the tickets service, as a signed caller."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from tikethet_service.callers import CallerSigner
from tikethet_service.problems import PROBLEMS, Problem

from tikethet_gateway.rules import Person
from tikethet_gateway.upstream import Upstream

AUDIENCE = "tickets"


class Tickets:
    """The tickets service, asked in the gateway's own name."""

    def __init__(self, upstream: Upstream, base: str, signer: CallerSigner) -> None:
        self._upstream = upstream
        self._base = base
        self._signer = signer

    async def join(self, person: Person) -> dict[str, Any]:
        """The member this person is, created or brought up to date; raises `Problem`, ``blocked`` included."""
        member = await self._ask(
            "POST",
            "/api/v1/internal/members/join",
            {
                "telegram_id": person.telegram_id,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "username": person.username,
                "language": person.language,
            },
        )
        if member.get("blocked"):
            raise Problem("blocked")
        return member

    async def redeem(self, code: str) -> dict[str, Any]:
        """The member of the staff a desk code lets in, once; raises `Problem`, ``desk_code_invalid`` included."""
        return await self._ask("POST", "/api/v1/internal/desk-codes/redeem", {"code": code})

    async def access(self, member_id: str) -> dict[str, Any]:
        """A member's ``role``, ``blocked`` and ``language``; raises ``Problem("not_found")`` for an erased one."""
        return await self._ask("GET", f"/api/v1/internal/members/{member_id}/access")

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._signer.own(AUDIENCE)}"} | self._upstream.trace_headers()
        if body is not None:
            headers["Content-Type"] = "application/json"  # the client adds nothing of its own
        async with self._upstream.request(method, self._base + path, headers=headers, json=body) as answer:
            found = await _json(answer)
            if answer.status < 400:  # noqa: PLR2004 - the border between HTTP's yes and no
                return found
            raise _refusal(found)


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        found = await answer.json(content_type=None)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _refusal(found: Mapping[str, Any]) -> Problem:
    # What tickets refuses is told as it is; that it does not know us, or fails, is not the caller's doing.
    code = found.get("code")
    if isinstance(code, str) and code in {
        "blocked",
        "desk_code_invalid",
        "forbidden",
        "not_found",
        "overloaded",
        "unavailable",
        "rate_limited",
        "invalid",
    }:
        return Problem(code, status=PROBLEMS[code])
    return Problem("upstream_failed")
