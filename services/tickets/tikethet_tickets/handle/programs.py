"""Commands about programs outside, and the secrets that go with them.

A secret is made from SECRET_KEY and an id (another id for the one that replaces it), so it is kept nowhere and can be
told once more to whoever repeats the very same command.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.errors import Refused
from tikethet_events.integration import (
    Account,
    AccountAdded,
    AccountId,
    AccountRotated,
    AddAccount,
    Call,
    Hearing,
    RemoveWebhook,
    RevokeAccount,
    RotateAccount,
    RotateWebhook,
    SaveWebhook,
    StopWebhook,
    Webhook,
    WebhookId,
    WebhookRotated,
    WebhookSaved,
)
from tikethet_events.word import Role

from tikethet_tickets.handle.core import Done, Request
from tikethet_tickets.handle.desk import Desk
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.rules import desk as rules

TOKEN_PREFIX: Final = "tkh_"  # noqa: S105 - how every token begins, so that one found somewhere is known


class NewAccount(Struct, frozen=True, kw_only=True):
    """What an admin says about a program they let in."""

    name: str
    hearing: Hearing
    calls: tuple[Call, ...]
    requests_per_minute: int


class NewWebhook(Struct, frozen=True, kw_only=True):
    """What an admin says about an address."""

    name: str
    url: str
    hearing: Hearing


class Programs:
    """Carries out commands about accounts and webhooks; ``secret`` is SECRET_KEY."""

    def __init__(self, desk: Desk, *, secret: bytes) -> None:
        self._desk = desk
        self._tokens = hashlib.sha256(b"tikethet account tokens\0" + secret).digest()
        self._webhooks = hashlib.sha256(b"tikethet webhook secrets\0" + secret).digest()

    async def add_account(self, request: Request, role: Role, new: NewAccount) -> tuple[Done, AccountId, str]:
        """Let a program in: its id and its token."""
        account_id = AccountId(new_id())
        account = Account(
            id=account_id,
            name=new.name,
            hearing=new.hearing,
            calls=new.calls,
            requests_per_minute=new.requests_per_minute,
            token_hash=token_hash(self._token(account_id)),
        )
        done = await self._desk.act(request, role, lambda _: AddAccount(account=account))
        added = (each.data.account.id for each in done.recorded if isinstance(each.data, AccountAdded))
        made = next(added, account_id)
        return done, made, self._token(made)

    async def rotate_account(
        self, request: Request, role: Role, account_id: AccountId, *, at_once: bool, key: str | None = None
    ) -> tuple[Done, str]:
        """Give it another token, which is told; the one before works on for `OVERLAP`, or ``at_once`` no more.

        ``key`` says from what it is made, where it is to be one that there was already.
        """
        key = key or new_id()
        command = RotateAccount(
            account_id=account_id, key=key, token_hash=token_hash(self._token(key)), at_once=at_once
        )
        done = await self._desk.act(request, role, lambda _: command)
        made = (each.data.key for each in done.recorded if isinstance(each.data, AccountRotated))
        return done, self._token(next(made, key))

    async def revoke_account(self, request: Request, role: Role, account_id: AccountId) -> Done:
        """Let it in no longer."""
        return await self._desk.act(request, role, lambda _: RevokeAccount(account_id=account_id))

    async def add_webhook(self, request: Request, role: Role, new: NewWebhook) -> tuple[Done, WebhookId, str]:
        """Send events to one more address: its id and the secret its messages are signed with."""
        webhook = Webhook(id=WebhookId(new_id()), name=new.name, url=new.url, hearing=new.hearing)
        done = await self._desk.act(request, role, lambda _: SaveWebhook(webhook=webhook))
        saved = (each.data.webhook.id for each in done.recorded if isinstance(each.data, WebhookSaved))
        made = next(saved, webhook.id)
        return done, made, self.webhook_secret(made)

    async def change_webhook(
        self, request: Request, role: Role, webhook_id: WebhookId, given: Mapping[str, Any]
    ) -> Done:
        """Change those fields of a webhook that are ``given``."""

        def command(state: rules.Desk) -> SaveWebhook:
            known = state.webhooks.get(webhook_id)
            if known is None:
                raise Refused("not_found")
            hearing = {name: value for name, value in given.items() if name in Hearing.__struct_fields__}
            rest = {name: value for name, value in given.items() if name not in hearing}
            return SaveWebhook(webhook=replace(known, hearing=replace(known.hearing, **hearing), **rest))

        return await self._desk.act(request, role, command)

    async def rotate_webhook(
        self, request: Request, role: Role, webhook_id: WebhookId, *, at_once: bool, key: str | None = None
    ) -> tuple[Done, str]:
        """Sign with another secret, which is told; with the one before too for `OVERLAP`, or ``at_once`` no more.

        ``key`` says from what it is made, where it is to be one that there was already.
        """
        command = RotateWebhook(webhook_id=webhook_id, key=key or new_id(), at_once=at_once)
        done = await self._desk.act(request, role, lambda _: command)
        made = (each.data.key for each in done.recorded if isinstance(each.data, WebhookRotated))
        return done, self.webhook_secret(next(made, command.key))

    async def stop_webhook(self, request: Request, webhook_id: WebhookId, because: str) -> Done:
        """The desk itself sends an address nothing more for now."""
        command = StopWebhook(webhook_id=webhook_id, because=because)
        return await self._desk.act(request, Role.DEVELOPER, lambda _: command)

    async def remove_webhook(self, request: Request, role: Role, webhook_id: WebhookId) -> Done:
        """Send an address nothing more."""
        return await self._desk.act(request, role, lambda _: RemoveWebhook(webhook_id=webhook_id))

    def webhook_secret(self, key: str) -> str:
        """What messages are signed with, as Standard Webhooks writes it: ``whsec_`` and base64 of 32 bytes.

        ``key`` is the webhook's id, until its secret is replaced.
        """
        return "whsec_" + base64.b64encode(hmac.digest(self._webhooks, key.encode(), "sha256")).decode()

    def _token(self, key: str) -> str:
        """``key`` is the account's id, until its token is replaced."""
        digest = hmac.digest(self._tokens, key.encode(), "sha256")
        return TOKEN_PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What a token is kept as."""
    return hashlib.sha256(token.encode()).hexdigest()
