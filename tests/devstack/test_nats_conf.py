import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import nats
import nats.errors
import pytest
import tikethet_bot.consumers
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError
from tikethet_devstack.engines import Nats
from tikethet_devstack.nats_conf import BOT_CONSUMER, READER_PREFIX, STREAM, USERS, accounts

JETSTREAM_NOT_ENABLED_FOR_ACCOUNT = 10039


@pytest.fixture
async def people(nats_server: Callable[..., Awaitable[Nats]]) -> AsyncIterator[dict[str, Client]]:
    """A client per account, and a stream with five events in it."""
    passwords = {user: f"{user}-secret" for user in USERS}
    server = await nats_server(config=accounts(passwords))
    clients = {user: await nats.connect(server.url_for(user, passwords[user])) for user in USERS}
    js = clients["tickets"].jetstream()
    await js.add_stream(StreamConfig(name=STREAM, subjects=["tikethet.events.>"], allow_direct=True, allow_atomic=True))
    for number in range(1, 6):
        await js.publish(f"tikethet.events.m.t.E{number}", str(number).encode())
    yield clients
    for client in clients.values():
        await client.close()


async def stored(people: dict[str, Client]) -> int:
    info = await people["tickets"].jetstream().stream_info(STREAM)
    return int(info.state.last_seq)


def test_bot_is_bound_to_the_consumer_it_has() -> None:
    assert BOT_CONSUMER == tikethet_bot.consumers.NAME


async def test_bot_pulls_from_where_it_wants(people: dict[str, Client]) -> None:
    js = people["bot"].jetstream(prefix=READER_PREFIX)
    config = ConsumerConfig(
        name=BOT_CONSUMER,
        durable_name=BOT_CONSUMER,
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=3,
    )
    await js.add_consumer(STREAM, config)
    pull = await js.pull_subscribe_bind(consumer=BOT_CONSUMER, stream=STREAM)
    messages = await pull.fetch(10, timeout=2)
    assert [message.data for message in messages] == [b"3", b"4", b"5"]
    for message in messages:
        await message.ack_sync()
    info = await js.consumer_info(STREAM, BOT_CONSUMER)
    assert info.ack_floor.stream_seq == 5
    assert (await js.stream_info(STREAM)).state.last_seq == 5
    await js.delete_consumer(STREAM, BOT_CONSUMER)


async def test_bot_touches_no_consumer_but_its_own(people: dict[str, Client]) -> None:
    owner, js = people["tickets"].jetstream(), people["bot"].jetstream(prefix=READER_PREFIX, timeout=0.5)
    account = ConsumerConfig(name="account", durable_name="account", ack_policy=AckPolicy.EXPLICIT)
    await owner.add_consumer(STREAM, account)
    for call in (
        js.add_consumer(STREAM, account.evolve(name="another", durable_name="another")),
        js.consumer_info(STREAM, "account"),
        js.delete_consumer(STREAM, "account"),
    ):
        with pytest.raises((nats.errors.NoRespondersError, nats.errors.TimeoutError, ServiceUnavailableError)):
            await call
    await people["bot"].publish(f"$JS.ACK.{STREAM}.account.1.1.1.1.0", b"+NXT")
    await people["bot"].flush()
    assert (await owner.consumer_info(STREAM, "account")).delivered.stream_seq == 0
    with pytest.raises(NotFoundError):
        await owner.consumer_info(STREAM, "another")


async def test_notify_looks_at_one_and_pulls_by_filter(people: dict[str, Client]) -> None:
    js = people["notify"].jetstream(prefix=READER_PREFIX)
    config = ConsumerConfig(
        name="one-kind", filter_subject="tikethet.events.m.t.E4", inactive_threshold=30, ack_policy=AckPolicy.NONE
    )
    await js.add_consumer(STREAM, config)
    pull = await js.pull_subscribe_bind(consumer="one-kind", stream=STREAM)
    assert [message.data for message in await pull.fetch(1, timeout=2)] == [b"4"]
    assert (await js.get_msg(STREAM, 4, direct=True)).data == b"4"


async def test_what_a_reader_publishes_stays_in_its_own_account(people: dict[str, Client]) -> None:
    await people["notify"].publish("tikethet.events.m.t.Forged", b"!")
    await people["notify"].flush()
    with pytest.raises((nats.errors.NoRespondersError, nats.errors.TimeoutError, APIError)):
        await people["notify"].request("tikethet.events.m.t.Forged", b"!", timeout=1)
    assert await stored(people) == 5


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (f"{READER_PREFIX}.STREAM.INFO.{STREAM}", b""),
        (f"{READER_PREFIX}.CONSUMER.MSG.NEXT.{STREAM}.trick", b'{"batch":3,"expires":500000000}'),
        (f"{READER_PREFIX}.DIRECT.GET.{STREAM}", b'{"seq":2}'),
        (f"$JS.ACK.{STREAM}.trick.1.1.1.1.0", b"+NXT"),
    ],
)
async def test_a_reply_subject_cannot_make_the_server_write(
    people: dict[str, Client], subject: str, body: bytes
) -> None:
    notify = people["notify"]
    js = notify.jetstream(prefix=READER_PREFIX)
    await js.add_consumer(STREAM, ConsumerConfig(name="trick", ack_policy=AckPolicy.EXPLICIT))
    await notify.publish(subject, body, reply="tikethet.events.m.t.Forged")
    await notify.flush()
    await js.consumer_info(STREAM, "trick")  # answered after the trick was
    await asyncio.sleep(0.2)
    assert await stored(people) == 5


@pytest.mark.parametrize(
    "target",
    [
        "tikethet.events.m.t.Forged",
        f"$JS.API.STREAM.PURGE.{STREAM}",
        f"$JS.API.STREAM.DELETE.{STREAM}",
        "$JS.API.STREAM.CREATE.OTHER",
    ],
)
@pytest.mark.parametrize(("reader", "name"), [("notify", "aimed"), ("bot", BOT_CONSUMER)])
async def test_a_push_consumer_cannot_be_aimed_at_the_owner(
    people: dict[str, Client], target: str, reader: str, name: str
) -> None:
    config = {"name": name, "durable_name": name, "deliver_subject": target, "ack_policy": "none"}
    request = json.dumps({"stream_name": STREAM, "config": config}).encode()
    await people[reader].request(f"{READER_PREFIX}.CONSUMER.CREATE.{STREAM}.{name}", request, timeout=5)
    await asyncio.sleep(1)
    info = await people["tickets"].jetstream().stream_info(STREAM)
    assert (info.state.messages, info.state.last_seq) == (5, 5)
    assert [found.config.name for found in await people["tickets"].jetstream().streams_info()] == [STREAM]


@pytest.mark.parametrize(
    "call", ["STREAM.PURGE", "STREAM.DELETE", "STREAM.UPDATE", "STREAM.MSG.DELETE", "STREAM.CREATE"]
)
async def test_a_reader_may_change_nothing(people: dict[str, Client], call: str) -> None:
    with pytest.raises((nats.errors.NoRespondersError, nats.errors.TimeoutError)):
        await people["bot"].request(f"{READER_PREFIX}.{call}.{STREAM}", b"{}", timeout=0.5)
    answer = await people["bot"].request(f"$JS.API.{call}.{STREAM}", b"{}", timeout=5)
    assert json.loads(answer.data)["error"]["err_code"] == JETSTREAM_NOT_ENABLED_FOR_ACCOUNT
    assert await stored(people) == 5


@pytest.mark.parametrize(
    ("speaker", "hearers"),
    [("notify", {"notify", "tickets", "bot"}), ("tickets", {"notify", "tickets"}), ("bot", {"notify", "bot"})],
)
async def test_live_words_meet_at_notify(people: dict[str, Client], speaker: str, hearers: set[str]) -> None:
    heard = {user: await people[user].subscribe("tikethet.live.>") for user in hearers}
    for client in people.values():
        await client.flush()
    await people[speaker].publish("tikethet.live.m.t.public", b"typing")
    for subscription in heard.values():
        assert (await subscription.next_msg(timeout=5)).data == b"typing"
    await asyncio.sleep(0.1)
    assert [subscription.pending_msgs for subscription in heard.values()] == [0] * len(heard)
