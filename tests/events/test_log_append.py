"""What one append does, and what it says when it cannot."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from msgspec.structs import replace
from tikethet_events.desk import CategoryArchived
from tikethet_events.envelope import Metadata
from tikethet_events.errors import Conflict, KeyReused, UnknownEvent
from tikethet_events.log import Append, Guard, Log, Write
from tikethet_events.ticket import MessageDeleted, MessagePosted, TagsChanged, WorkStarted
from tikethet_events.word import CategoryId, MemberId, MessageId

Post = Callable[..., Append]


async def test_what_is_appended_is_read_back_as_it_was(log: Log, post: Post) -> None:
    appended = await log.append(post("ticket-1", 0, "привет 🙂", 'quotes " and \\ and \x00'))

    assert (appended.position, appended.stream_id, appended.version) == (2, "ticket-1", 2)
    assert appended.versions == {"ticket-1": 2}
    assert not appended.replayed
    assert tuple(await log.read_stream("ticket-1")) == appended.recorded
    assert tuple(await log.read(0, 10)) == appended.recorded
    assert [event.data.content for event in appended.recorded if isinstance(event.data, MessagePosted)] == [
        "привет 🙂",
        'quotes " and \\ and \x00',
    ]


async def test_a_new_log_is_empty_and_keeps_its_identity(log: Log, post: Post) -> None:
    before = await log.head()
    await log.append(post("ticket-1", 0, "hello"))
    after = await log.head()

    assert (before.position, before.base) == (0, 0)
    assert (after.position, after.epoch, after.installation) == (1, before.epoch, before.installation)


async def test_an_epoch_starts_at_its_base_and_the_installation_stays(log: Log) -> None:
    before = await log.head()
    after = await log.start_epoch(17)

    assert after.base == 17
    assert after.epoch != before.epoch
    assert after.installation == before.installation
    assert await log.head() == after


async def test_the_same_command_again_changes_nothing_and_answers_the_same(log: Log, post: Post) -> None:
    command = post("ticket-1", 0, "hello", "there")
    first = await log.append(command)
    await log.append(post("ticket-1", 2, "later"))
    again = await log.append(command)

    assert again == replace(first, replayed=True, recorded=())
    assert await log.find(command.caller, command.command_id, command.fingerprint) == again
    assert (await log.head()).position == 3


async def test_the_same_command_twice_at_once_is_written_once(log: Log, post: Post) -> None:
    command = post("ticket-1", 0, "hello")
    answers = await asyncio.gather(*(log.append(command) for _ in range(5)))

    assert sorted(answer.replayed for answer in answers) == [False, True, True, True, True]
    assert {answer.position for answer in answers} == {1}


async def test_the_same_id_with_another_body_is_refused(log: Log, post: Post) -> None:
    await log.append(post("ticket-1", 0, "hello", command="one"))

    with pytest.raises(KeyReused):
        await log.append(post("ticket-1", 1, "something else", command="one"))
    with pytest.raises(KeyReused):
        await log.find(post("ticket-1", 1).caller, "one", b"something else")
    assert (await log.head()).position == 1


async def test_ids_are_scoped_by_caller(log: Log, post: Post) -> None:
    one = post("ticket-1", 0, "hello", command="one")
    first = await log.append(one)
    second = await log.append(replace(one, caller="somebody else", writes=post("ticket-2", 0, "hello").writes))

    assert not second.replayed
    assert first.recorded[0].event_id != second.recorded[0].event_id
    assert await log.find("a third", "one", b"hello") is None


async def test_a_stale_version_conflicts_and_says_where_the_stream_stands(log: Log, post: Post) -> None:
    await log.append(post("ticket-1", 0, "one", "two"))

    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as refused:
            await log.append(post("ticket-1", stale, "three"))
        assert (refused.value.stream_id, refused.value.expected, refused.value.actual) == ("ticket-1", stale, 2)
    with pytest.raises(Conflict):
        await log.append(post("ticket-2", 1, "where is this?"))


async def test_a_conflicting_command_may_be_sent_again(log: Log, post: Post) -> None:
    with pytest.raises(Conflict):
        await log.append(post("ticket-1", 5, "hello", command="one"))
    assert not (await log.append(post("ticket-1", 0, "hello", command="one"))).replayed


async def test_several_streams_are_written_together_or_not_at_all(log: Log, post: Post) -> None:
    await log.append(post("ticket-1", 0, "one"))
    both = post("ticket-2", 0, "to both")
    both = replace(both, writes=both.writes + post("ticket-1", 1, "to both").writes)
    torn = replace(both, command_id="torn", writes=post("ticket-3", 0, "x").writes + post("ticket-1", 1, "x").writes)

    appended = await log.append(both)
    with pytest.raises(Conflict):
        await log.append(torn)

    assert appended.versions == {"ticket-2": 1, "ticket-1": 2}
    assert (appended.stream_id, appended.version, appended.position) == ("ticket-2", 1, 3)
    assert await log.read_stream("ticket-3") == []
    assert await log.append(both) == replace(appended, replayed=True, recorded=())


async def test_a_success_without_events_is_remembered(log: Log, post: Post) -> None:
    await log.append(post("ticket-1", 0, "one"))
    nothing = Append(caller="m", command_id="n", fingerprint=b"n", metadata=Metadata(actor="m"))
    checked = replace(nothing, command_id="c", writes=(Write(stream_id="ticket-1", expected=1),))

    first, second = await log.append(nothing), await log.append(checked)

    assert (first.position, first.stream_id, first.version, first.recorded) == (1, None, 0, ())
    assert (second.position, second.stream_id, second.version) == (1, "ticket-1", 1)
    assert await log.append(nothing) == replace(first, replayed=True)
    assert await log.append(checked) == replace(second, replayed=True)
    with pytest.raises(Conflict):
        await log.append(replace(checked, command_id="d", writes=(Write(stream_id="ticket-1", expected=0),)))


async def test_a_guard_lets_one_of_two_pass(log: Log, post: Post) -> None:
    seen = await log.guard("admins")
    guarded = [replace(post(f"ticket-{n}", 0, "x"), guards=(Guard(name="admins", version=seen),)) for n in range(3)]
    answers = await asyncio.gather(*map(log.append, guarded), return_exceptions=True)

    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [(answer.stream_id, answer.expected, answer.actual) for answer in lost] == [("admins", 0, 1)] * 2
    assert await log.guard("admins") == 1
    assert (await log.head()).position == 1


async def test_what_no_stream_can_hold_is_refused_at_once(log: Log, post: Post) -> None:
    fine = post("ticket-1", 0, "x")
    archived = CategoryArchived(category_id=CategoryId("c"))

    with pytest.raises(TypeError):
        await log.append(replace(fine, writes=(Write(stream_id="ticket-1", expected=0, events=(archived,)),)))
    with pytest.raises(ValueError, match="once"):
        await log.append(replace(fine, writes=fine.writes * 2))
    with pytest.raises(ValueError, match="no name"):
        await log.append(post('ticket-"', 0, "x"))
    with pytest.raises(UnicodeEncodeError):
        await log.append(post("ticket-1", 0, "\ud800"))
    assert (await log.head()).position == 0


async def test_reading_by_version_position_and_type(log: Log, post: Post) -> None:
    await log.append(post("ticket-1", 0, "one", "two", "three"))
    tags = (TagsChanged(tags=("a",), previous=()), WorkStarted())
    await log.append(replace(post("ticket-1", 3), writes=(Write(stream_id="ticket-1", expected=3, events=tags),)))

    assert [event.version for event in await log.read_stream("ticket-1", after=1, until=3)] == [2, 3]
    assert [event.position for event in await log.read(2, 2)] == [3, 4]
    some = await log.read(0, 10, types={"TagsChanged", "WorkStarted"})
    assert [(event.type, event.audience, event.owner) for event in some] == [
        ("TagsChanged", "staff", some[0].owner),
        ("WorkStarted", "public", some[0].owner),
    ]
    assert some[0].owner is not None


async def test_who_may_hear_an_event_is_the_events_own_word(log: Log, post: Post) -> None:
    hushed = (MessageDeleted(message_id=MessageId("m"), is_internal=True),)
    await log.append(replace(post("ticket-1", 0), writes=(Write(stream_id="ticket-1", expected=0, events=hushed),)))
    assert [event.audience for event in await log.read(0, 10)] == ["staff"]


async def test_the_owner_of_a_stream_stays_who_it_was(log: Log, post: Post) -> None:
    first = await log.append(post("ticket-1", 0, "one"))
    second = await log.append(post("ticket-1", 1, "two", owner=MemberId("somebody-else")))
    third = await log.append(
        replace(post("ticket-1", 2), writes=(Write(stream_id="ticket-1", expected=2, events=(WorkStarted(),)),))
    )
    owners = {event.owner for done in (first, second, third) for event in done.recorded}
    assert owners == {first.recorded[0].owner} == {event.owner for event in await log.read(0, 10)}


@pytest.mark.parametrize(("type_", "schema"), [("TicketTeleported", 1), ("MessagePosted", 99)])
async def test_an_event_of_a_newer_release_is_said_to_be_unknown(
    log: Log, post: Post, pool: "asyncpg.Pool[asyncpg.Record]", type_: str, schema: int
) -> None:
    await log.append(post("ticket-1", 0, "one"))
    copy = """
        INSERT INTO tickets.events
        SELECT 2, stream_id, 2, event_id, command_id, $1, $2, audience, data, metadata, hash, recorded_at
        FROM tickets.events
    """
    await pool.execute(copy, type_, schema)
    with pytest.raises(UnknownEvent) as unknown:
        await log.read_stream("ticket-1")
    assert (unknown.value.stream_id, unknown.value.type, unknown.value.schema_version) == ("ticket-1", type_, schema)


async def test_the_hook_hears_of_every_commit(log: Log, post: Post) -> None:
    heard: list[int] = []
    log.on_append = heard.append
    await log.append(post("ticket-1", 0, "one"))
    await log.append(post("ticket-1", 1, "two", "three"))
    await asyncio.sleep(0)

    assert heard == [1, 3]


async def test_times_never_go_back(log: Log, post: Post, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    await pool.execute("UPDATE tickets.log_head SET recorded_at = clock_timestamp() + interval '1 hour'")
    first = await log.append(post("ticket-1", 0, "one"))
    second = await log.append(post("ticket-2", 0, "two"))
    assert second.recorded[0].recorded_at == first.recorded[0].recorded_at


@pytest.mark.parametrize(
    "statement", ["UPDATE tickets.events SET version = 9", "DELETE FROM tickets.events WHERE false"]
)
async def test_nobody_changes_what_was_written(
    log: Log, post: Post, pool: "asyncpg.Pool[asyncpg.Record]", statement: str
) -> None:
    await log.append(post("ticket-1", 0, "one"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await pool.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await pool.execute("TRUNCATE tickets.events")
