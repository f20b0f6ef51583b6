"""Programs outside: what accounts and webhooks may be, and what each may hear."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace
from tikethet_events.catalogue import EVENTS
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
from tikethet_events.integration import CALLS, Account, Hearing, Webhook
from tikethet_events.ticket import MessageDeleted, MessageEdited
from tikethet_events.word import Audience, Event

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.addresses import literal

KINDS: Final[Mapping[str, tuple[type[Event], ...]]] = {
    name: tuple(events[name] for events in EVENTS.values() if name in events)
    for name in sorted({name for events in EVENTS.values() for name in events})
}
"""Every name an event can have, with the events so called (a category can change, and so can a ticket's)."""
OVERLAP: Final = timedelta(hours=24)
"""How long a token or a secret still works beside the one that replaced it, unless it is replaced at once."""
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")
"""What an address is written with: printable ASCII without the backslash, which libraries read in different ways."""
_OPENNESS: Final[Mapping[Audience, int]] = {"public": 0, "staff": 1, "admin": 2}
_AS_PRIVATE_AS_ITS_MESSAGE: Final = (MessageEdited, MessageDeleted)


def hears(hearing: Hearing, event: Recorded) -> bool:
    """Whether an event is among what somebody gets."""
    return (not hearing.types or event.type in hearing.types) and _OPENNESS[event.audience] <= _OPENNESS[
        hearing.audience
    ]


def as_heard(hearing: Hearing, event: Recorded) -> Recorded:
    """The event as they get it: without the personal scope, what a person wrote or is called is gone."""
    if hearing.personal or not event.data.personal:
        return event
    return replace(event, data=replace(event.data, **dict.fromkeys(event.data.personal)))


def whole_kinds(hearing: Hearing) -> tuple[str, ...]:
    """The kinds somebody gets each event of, just as it is: those that a stream may hand out by their name alone."""
    return tuple(name for name in (hearing.types or KINDS) if all(_is_whole(word, hearing) for word in KINDS[name]))


def _is_whole(word: type[Event], hearing: Hearing) -> bool:
    most: Audience = "staff" if issubclass(word, _AS_PRIVATE_AS_ITS_MESSAGE) else word.heard_by
    return _OPENNESS[most] <= _OPENNESS[hearing.audience] and (hearing.personal or not word.personal)


def checked_account(account: Account) -> Account:
    """The account in the form it is kept in. Raises `Refused` ``invalid``."""
    if not account.calls:
        raise Refused("invalid", field="calls", reason="blank", limit=1)
    if account.requests_per_minute not in bounds.REQUESTS_PER_MINUTE:
        limit = bounds.REQUESTS_PER_MINUTE[-1]
        raise Refused("invalid", field="requests_per_minute", reason="out_of_range", limit=limit)
    return replace(
        account,
        name=bounds.line(account.name, "name", bounds.PROGRAM_NAME_MAX),
        hearing=_checked_hearing(account.hearing),
        calls=tuple(call for call in CALLS if call in account.calls),
    )


def checked_webhook(webhook: Webhook) -> Webhook:
    """The webhook in the form it is kept in; its host is looked up when it is used. Raises `Refused` ``invalid``."""
    return replace(
        webhook,
        name=bounds.line(webhook.name, "name", bounds.PROGRAM_NAME_MAX),
        url=_checked_url(webhook.url),
        hearing=_checked_hearing(webhook.hearing),
        stopped_because=None if webhook.active else webhook.stopped_because,
    )


def _checked_hearing(hearing: Hearing) -> Hearing:
    unknown = next((name for name in hearing.types if name not in KINDS), None)
    if unknown is not None:
        raise Refused("invalid", field="types", reason="not_allowed")
    return replace(hearing, types=tuple(sorted(set(hearing.types))))


def _checked_url(url: str) -> str:
    line = bounds.line(url, "url", bounds.URL_MAX)
    if not _PLAIN.fullmatch(line):
        raise Refused("invalid", field="url", reason="not_an_address")
    try:
        parts = urlsplit(line)
        port = parts.port
    except ValueError:
        raise Refused("invalid", field="url", reason="not_an_address") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise Refused("invalid", field="url", reason="not_an_address")
    if parts.username is not None or parts.password is not None:
        raise Refused("invalid", field="url", reason="has_credentials")
    if parts.fragment:
        raise Refused("invalid", field="url", reason="not_an_address")
    if literal(parts.hostname) is None and not _is_a_name(parts.hostname):
        raise Refused("invalid", field="url", reason="not_an_address")
    return line


def _is_a_name(host: str) -> bool:
    """A host name; one that is all digits and dots (or hex) could be read as an address in many ways."""
    last = host.rstrip(".").rpartition(".")[2]
    return not last.isdigit() and not last.startswith("0x") and all(sign.isalnum() or sign in "-._" for sign in host)
