"""Every way out says the same thing: NATS headers and body, `/ws` and `GET events`."""

from datetime import UTC, datetime

import msgspec
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_binary_event, from_structured_event
from tikethet_events.desk import CategoryArchived
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.member import MemberJoined
from tikethet_events.stream import as_json, body_of, headers_of, json_of, member_subjects, page_of, subject_of
from tikethet_events.ticket import MessagePosted
from tikethet_events.word import CategoryId, Event, MemberId, MessageId, Role

EPOCH, INSTALLATION = "5f0c1f8e-0000-4000-8000-000000000001", "5f0c1f8e-0000-4000-8000-0000000000ff"
MEMBER = MemberId("0190aaaa-0000-7000-8000-000000000001")
TICKET = "0190bbbb-0000-7000-8000-000000000002"

POSTED = MessagePosted(message_id=MessageId("0190cccc-0000-7000-8000-000000000003"), author_id=MEMBER, content="Привет")
JOINED = MemberJoined(
    member_id=MEMBER, telegram_id=None, first_name=None, last_name=None, username=None, language="ru", role=Role.USER
)
ARCHIVED = CategoryArchived(category_id=CategoryId("0190dddd-0000-7000-8000-000000000004"))


def recorded(stream_id: str, data: Event, owner: MemberId | None, **more: object) -> Recorded:
    facts = {
        "position": 41,
        "stream_id": stream_id,
        "version": 3,
        "event_id": "0190eeee-0000-7000-8000-000000000005",
        "command_id": "a key",
        "type": type(data).__name__,
        "schema_version": 1,
        "audience": data.audience,
        "data": data,
        "metadata": Metadata(actor=MEMBER, channel="app"),
        "recorded_at": datetime(2026, 11, 23, 9, 0, 0, 120_000, tzinfo=UTC),
        "owner": owner,
    }
    return Recorded(**{**facts, **more})  # type: ignore[arg-type]


EVENTS = [
    recorded(f"ticket-{TICKET}", POSTED, MEMBER),
    recorded(
        f"ticket-{TICKET}",
        POSTED,
        MEMBER,
        metadata=Metadata(
            actor="timer", channel="system", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b71-01"
        ),
    ),
    recorded(f"member-{MEMBER}", JOINED, MEMBER, erased=True),
    recorded("desk", ARCHIVED, None),
]


@pytest.mark.parametrize(
    ("event", "subject"),
    list(
        zip(
            EVENTS,
            [
                f"tikethet.events.{MEMBER}.{TICKET}.MessagePosted",
                f"tikethet.events.{MEMBER}.{TICKET}.MessagePosted",
                f"tikethet.events.{MEMBER}.-.MemberJoined",
                "tikethet.events.-.-.CategoryArchived",
            ],
            strict=True,
        )
    ),
)
def test_a_subject_names_the_person_the_ticket_and_the_kind(event: Recorded, subject: str) -> None:
    assert subject_of(event) == subject
    if event.owner is not None:
        assert subject.startswith(member_subjects(event.owner).removesuffix(">"))


@pytest.mark.parametrize("event", EVENTS)
def test_nats_and_json_are_the_same_bytes(event: Recorded) -> None:
    headers, body = headers_of(event, EPOCH, INSTALLATION), body_of(event)
    assert json_of({**headers, "Nats-Batch-Id": "x"}, body) == as_json(event, EPOCH, INSTALLATION)


@pytest.mark.parametrize("event", EVENTS)
def test_a_page_of_get_events_reads_as_nats_would_have_delivered_it(event: Recorded) -> None:
    answer = b'{"epoch":"%s","head":50,"items":[%s]}' % (EPOCH.encode(), as_json(event, EPOCH, INSTALLATION))
    page = page_of(answer)
    (message,) = page.items
    assert (page.epoch, page.head) == (EPOCH, 50)
    assert message.headers == headers_of(event, EPOCH, INSTALLATION)
    assert (message.position, message.subject, message.body) == (41, subject_of(event), body_of(event))
    assert (message.epoch, message.event_id, message.type) == (EPOCH, event.event_id, event.type)


def test_the_json_object_is_a_cloud_event_with_our_extensions() -> None:
    assert msgspec.json.decode(as_json(EVENTS[0], EPOCH, INSTALLATION)) == {
        "specversion": "1.0",
        "id": "0190eeee-0000-7000-8000-000000000005",
        "type": "tikethet.MessagePosted",
        "source": f"/tikethet/{INSTALLATION}",
        "subject": TICKET,
        "time": "2026-11-23T09:00:00.120000Z",
        "datacontenttype": "application/json",
        "dataschema": "/schemas/ticket/MessagePosted/1",
        "position": 41,
        "epoch": EPOCH,
        "audience": "public",
        "streamversion": 3,
        "actor": MEMBER,
        "channel": "app",
        "requester": MEMBER,
        "data": {
            "message_id": POSTED.message_id,
            "author_id": MEMBER,
            "content": "Привет",
            "attachments": [],
            "reply_to": None,
        },
    }


def test_an_erased_event_says_so_and_the_desk_has_no_requester() -> None:
    erased = msgspec.json.decode(as_json(EVENTS[2], EPOCH, INSTALLATION))
    assert erased["erased"] is True
    assert erased["data"]["first_name"] is None
    desk = msgspec.json.decode(as_json(EVENTS[3], EPOCH, INSTALLATION))
    assert (desk["requester"], desk["subject"]) == (None, "desk")


@pytest.mark.parametrize("event", EVENTS)
def test_both_modes_are_cloudevents_to_those_who_wrote_the_standard(event: Recorded) -> None:
    body = as_json(event, EPOCH, INSTALLATION)
    structured = from_structured_event(HTTPMessage({"content-type": "application/cloudevents+json"}, body))
    headers = headers_of(event, EPOCH, INSTALLATION)
    kind = {"content-type": headers.pop("ce-datacontenttype")}
    binary = from_binary_event(HTTPMessage(kind | headers, body_of(event)))
    for found in (structured, binary):
        assert (found.get_id(), found.get_type()) == (event.event_id, f"tikethet.{event.type}")
        assert found.get_source() == f"/tikethet/{INSTALLATION}"
        assert found.get_time() == event.recorded_at
        assert found.get_dataschema() == headers["ce-dataschema"]
        assert str(found.get_extension("position")) == "41"
        assert found.get_data() == msgspec.json.decode(body_of(event))
