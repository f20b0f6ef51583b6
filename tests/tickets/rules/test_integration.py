"""Programs outside: who may add them, what they may be, what each hears."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tikethet_events.catalogue import name_of
from tikethet_events.desk import CategoryAdded
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.errors import Refused
from tikethet_events.integration import (
    Account,
    AccountAdded,
    AccountId,
    AccountRevoked,
    AccountRotated,
    AddAccount,
    Hearing,
    RemoveWebhook,
    RevokeAccount,
    RotateAccount,
    RotateWebhook,
    SaveWebhook,
    StopWebhook,
    Webhook,
    WebhookId,
    WebhookRemoved,
    WebhookRotated,
    WebhookSaved,
)
from tikethet_events.ticket import MessageEdited, NoteAdded, TicketClosed, TicketOpened, WorkStarted
from tikethet_events.word import CategoryId, Event, MemberId, MessageId, Priority, Role, TicketId
from tikethet_tickets.rules import desk as rules
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES
from tikethet_tickets.rules.integration import KINDS, OVERLAP, as_heard, hears, whole_kinds

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CRM = Account(
    id=AccountId("crm"), name="CRM", hearing=Hearing(), calls=("events",), requests_per_minute=60, token_hash="ab"
)
HOOK = Webhook(id=WebhookId("hook"), name="CRM", url="https://crm.example.org/hook?x=1", hearing=Hearing())
WITH_CRM = rules.evolve(None, AccountAdded(account=CRM), NOW)
WITH_HOOK = rules.evolve(None, WebhookSaved(webhook=HOOK), NOW)


def outcome(command: Any, state: rules.Desk | None = None, role: Role = Role.ADMIN) -> Any:
    try:
        return rules.decide(command, state, NOW, rules.Facts(actor_role=role))
    except Refused as refused:
        return refused.facts.get("reason", refused.code)


def test_an_accounts_life() -> None:
    assert outcome(AddAccount(account=CRM)) == [AccountAdded(account=CRM)]
    assert outcome(AddAccount(account=CRM), WITH_CRM) == "conflict"
    assert outcome(RevokeAccount(account_id=CRM.id), WITH_CRM) == [AccountRevoked(account_id=CRM.id)]
    assert outcome(RevokeAccount(account_id=CRM.id)) == "not_found"
    assert rules.evolve(WITH_CRM, AccountRevoked(account_id=CRM.id), NOW) == rules.Desk()


def test_what_opens_and_signs_is_replaced() -> None:
    token = RotateAccount(account_id=CRM.id, key="next", token_hash="cd")
    replaced = AccountRotated(account_id=CRM.id, key="next", token_hash="cd", old_until=NOW + OVERLAP)
    assert outcome(token, WITH_CRM) == [replaced]
    assert outcome(replace(token, at_once=True), WITH_CRM) == [replace(replaced, old_until=None)]
    assert outcome(token) == "not_found"
    assert rules.evolve(WITH_CRM, replaced, NOW).accounts == {CRM.id: replace(CRM, token_hash="cd")}
    secret = RotateWebhook(webhook_id=HOOK.id, key="next")
    assert outcome(secret, WITH_HOOK) == [WebhookRotated(webhook_id=HOOK.id, key="next", old_until=NOW + OVERLAP)]
    assert outcome(replace(secret, at_once=True), WITH_HOOK) == [WebhookRotated(webhook_id=HOOK.id, key="next")]
    assert outcome(secret) == "not_found"
    assert rules.evolve(WITH_HOOK, WebhookRotated(webhook_id=HOOK.id, key="next"), NOW) == WITH_HOOK


def test_a_webhooks_life() -> None:
    assert outcome(SaveWebhook(webhook=HOOK)) == [WebhookSaved(webhook=HOOK)]
    assert outcome(SaveWebhook(webhook=HOOK), WITH_HOOK) == []
    stopped = replace(HOOK, active=False, stopped_because="410")
    assert outcome(StopWebhook(webhook_id=HOOK.id, because="410"), WITH_HOOK) == [WebhookSaved(webhook=stopped)]
    with_stopped = rules.evolve(WITH_HOOK, WebhookSaved(webhook=stopped), NOW)
    assert outcome(StopWebhook(webhook_id=HOOK.id, because="410"), with_stopped) == []
    again = replace(stopped, active=True)
    assert outcome(SaveWebhook(webhook=again), with_stopped) == [WebhookSaved(webhook=HOOK)]
    assert outcome(RemoveWebhook(webhook_id=HOOK.id), WITH_HOOK) == [WebhookRemoved(webhook_id=HOOK.id)]
    assert outcome(RemoveWebhook(webhook_id=HOOK.id)) == "not_found"
    assert outcome(StopWebhook(webhook_id=HOOK.id, because="410")) == "not_found"
    assert rules.evolve(WITH_HOOK, WebhookRemoved(webhook_id=HOOK.id), NOW) == rules.Desk()


@pytest.mark.parametrize("role", [Role.USER, Role.HELPER, Role.MODERATOR])
def test_admins_alone_let_programs_in(role: Role) -> None:
    for command, state in (
        (AddAccount(account=CRM), None),
        (RotateAccount(account_id=CRM.id, key="next", token_hash="cd"), WITH_CRM),
        (RevokeAccount(account_id=CRM.id), WITH_CRM),
        (SaveWebhook(webhook=HOOK), None),
        (RotateWebhook(webhook_id=HOOK.id, key="next"), WITH_HOOK),
        (RemoveWebhook(webhook_id=HOOK.id), WITH_HOOK),
    ):
        assert outcome(command, state, role) == "forbidden"


def test_there_is_an_end_to_their_number() -> None:
    crowd = rules.Desk(
        accounts={AccountId(str(n)): CRM for n in range(100)}, webhooks={WebhookId(str(n)): HOOK for n in range(50)}
    )
    assert outcome(AddAccount(account=CRM), crowd) == "too_many"
    assert outcome(SaveWebhook(webhook=HOOK), crowd) == "too_many"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "blank"),
        ({"calls": ()}, "blank"),
        ({"requests_per_minute": 0}, "out_of_range"),
        ({"requests_per_minute": 6001}, "out_of_range"),
        ({"hearing": Hearing(types=("TicketOpened", "TicketLost"))}, "not_allowed"),
    ],
)
def test_bad_accounts(changes: dict[str, Any], reason: str) -> None:
    assert outcome(AddAccount(account=replace(CRM, **changes))) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "blank"),
        ("crm.example.org", "not_an_address"),
        ("ftp://crm.example.org/", "not_an_address"),
        ("file:///etc/passwd", "not_an_address"),
        ("gopher://127.0.0.1:6379/_", "not_an_address"),
        ("https:///hook", "not_an_address"),
        ("https://crm.example.org:99999/", "not_an_address"),
        ("https://crm.example.org:0/", "not_an_address"),
        ("https://crm.example.org/#part", "not_an_address"),
        ("https://crm example.org/", "not_an_address"),
        ("https://2130706433/", "not_an_address"),
        ("https://0x7f.0.0.0x1/", "not_an_address"),
        ("https://127.1/", "not_an_address"),
        ("https://[::1/", "not_an_address"),
        ("https://почта.рф/", "not_an_address"),
        ("https://crm.example.org\\@evil.example/", "not_an_address"),
        ("https://name@crm.example.org/", "has_credentials"),
        ("https://name:secret@crm.example.org/", "has_credentials"),
        ("https://crm.example.org/" + "x" * 2000, "too_long"),
    ],
)
def test_bad_addresses(url: str, reason: str) -> None:
    assert outcome(SaveWebhook(webhook=replace(HOOK, url=url))) == reason


def recorded(event: Event) -> Recorded:
    return Recorded(
        position=1,
        stream_id="ticket-1",
        version=1,
        event_id="e",
        command_id="c",
        type=name_of(event),
        schema_version=1,
        audience=event.audience,
        data=event,
        metadata=Metadata(actor="timer"),
        recorded_at=NOW,
    )


OPENED = TicketOpened(
    ticket_id=TicketId("t"),
    number=1,
    requester_id=MemberId("m"),
    title="Вход",
    description="Закрыт",
    category_id=CategoryId("c"),
    priority=Priority.HIGH,
)
NOTE = NoteAdded(message_id=MessageId("n"), author_id=MemberId("h"), content="Опять он")
OF_NOTE = MessageEdited(message_id=MessageId("n"), content="Снова он", is_internal=True)
OF_MESSAGE = MessageEdited(message_id=MessageId("n"), content="Снова", is_internal=False)


@pytest.mark.parametrize(
    ("hearing", "heard"),
    [
        (Hearing(), [OPENED, OF_MESSAGE]),
        (Hearing(audience="staff"), [OPENED, NOTE, OF_NOTE, OF_MESSAGE]),
        (Hearing(audience="admin"), [OPENED, NOTE, OF_NOTE, OF_MESSAGE, AccountAdded(account=CRM)]),
        (Hearing(audience="admin", types=("MessageEdited",)), [OF_NOTE, OF_MESSAGE]),
        (Hearing(types=("NoteAdded",)), []),
    ],
)
def test_who_hears_what(hearing: Hearing, heard: list[Event]) -> None:
    events = (OPENED, NOTE, OF_NOTE, OF_MESSAGE, AccountAdded(account=CRM))
    assert [event for event in events if hears(hearing, recorded(event))] == heard


def test_without_the_scope_nothing_personal_is_heard() -> None:
    plain = as_heard(Hearing(), recorded(OPENED)).data
    assert plain == replace(OPENED, title=None, description=None, attachments=None)
    assert as_heard(Hearing(personal=True), recorded(OPENED)).data == OPENED
    category = CategoryAdded(category=DEFAULT_CATEGORIES[0])
    assert as_heard(Hearing(), recorded(category)).data == category


def test_a_stream_hands_out_only_what_needs_no_cutting() -> None:
    assert set(whole_kinds(Hearing(audience="admin", personal=True))) == set(KINDS)
    public = set(whole_kinds(Hearing(personal=True)))
    assert {"TicketOpened", "MessagePosted"} <= public
    assert not {"NoteAdded", "MessageEdited", "MessageDeleted", "StaffInvited"} & public
    staff = set(whole_kinds(Hearing(audience="staff", personal=True)))
    assert {"NoteAdded", "MessageEdited"} <= staff
    assert "AccountAdded" not in staff
    for name in whole_kinds(Hearing(audience="admin")):
        assert not any(word.personal for word in KINDS[name])
    wanted = (WorkStarted.__name__, TicketClosed.__name__)
    assert whole_kinds(Hearing(types=wanted)) == ("WorkStarted",)
