"""Events of the desk → rows of the programs that listen: accounts and webhooks. Pure."""

from msgspec.structs import asdict, replace
from tikethet_events.envelope import Recorded
from tikethet_events.integration import (
    AccountAdded,
    AccountId,
    AccountRevoked,
    AccountRotated,
    WebhookId,
    WebhookRemoved,
    WebhookRotated,
    WebhookSaved,
)

from tikethet_tickets.views.rows import AccountRow, WebhookRow


def account_of(recorded: Recorded) -> AccountId | None:
    """The account an event speaks of, if it does."""
    match recorded.data:
        case AccountAdded(account=account):
            return account.id
        case AccountRotated(account_id=account_id) | AccountRevoked(account_id=account_id):
            return account_id
        case _:
            return None


def fold_account(row: AccountRow | None, recorded: Recorded) -> AccountRow | None:
    """The account after one more event that speaks of it."""
    match recorded.data:
        case AccountAdded(account=account):
            return AccountRow(**asdict(account), created_at=recorded.recorded_at, revoked_at=None)
        case AccountRotated(key=key, token_hash=token_hash, old_until=until) if row is not None:
            return replace(row, key=key, token_hash=token_hash, old_token_hash=row.token_hash, old_until=until)
        case AccountRevoked() if row is not None:
            return replace(row, revoked_at=recorded.recorded_at)
        case _:
            return row


def webhook_of(recorded: Recorded) -> WebhookId | None:
    """The webhook an event speaks of, if it does."""
    match recorded.data:
        case WebhookSaved(webhook=webhook):
            return webhook.id
        case WebhookRotated(webhook_id=webhook_id) | WebhookRemoved(webhook_id=webhook_id):
            return webhook_id
        case _:
            return None


def fold_webhook(row: WebhookRow | None, recorded: Recorded) -> WebhookRow | None:
    """The webhook after one more event that speaks of it."""
    at = recorded.recorded_at
    match recorded.data:
        case WebhookSaved(webhook=webhook) if row is not None:
            return replace(row, **asdict(webhook), removed=False, updated_at=at)
        case WebhookSaved(webhook=webhook):
            since = recorded.position
            return WebhookRow(**asdict(webhook), since=since, removed=False, created_at=at, updated_at=at)
        case WebhookRotated(key=key, old_until=until) if row is not None:
            return replace(row, key=key, old_key=row.key or row.id, old_until=until, updated_at=at)
        case WebhookRemoved() if row is not None:
            return replace(row, active=False, removed=True, updated_at=at)
        case _:
            return row
