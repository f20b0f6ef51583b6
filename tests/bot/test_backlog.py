"""A backlog drains at the limit, staff's answers first: the real queue over the real table, on a clock of its own."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from pyrogram import raw
from tikethet_bot.rules.outgoing import ANSWER, NOTICE, Out
from tikethet_bot.rules.pace import ALL
from tikethet_bot.sender import Sender
from tikethet_bot.store import SCHEMA, Pool, outbox
from tikethet_bot.telegram.sending import Refused
from tikethet_devstack.provision import Databases
from tikethet_devstack.telegram.limits import Limits
from tikethet_events.migrate import migrate

CHATS, BACKLOG = 2_000, 10_000
ANSWERED = 250
"""Chats with an answer behind everything else that waits."""
STEP_S = 0.001


class Hurried:
    """A clock on which nothing is waited for: while something is being sent it stands, else it jumps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.sender: Sender | None = None

    def now(self) -> float:
        return self.at

    async def rest(self, awake: asyncio.Event, seconds: float) -> None:
        if self.sender is not None and self.sender.busy:
            await awake.wait()
        else:
            self.at += seconds + STEP_S


class Strict:
    """Telegram as far as its limits go: whoever writes faster than it allows gets FLOOD_WAIT."""

    up = True

    def __init__(self, clock: Hurried) -> None:
        self.clock = clock
        self.limits = Limits(clock.now)
        self.limits.enforced = True
        self.said: list[tuple[float, int, str]] = []

    async def call(self, query: Any) -> Any:
        self.limits.spend(raw.types.PeerUser(user_id=query.peer.user_id))
        self.said.append((self.clock.now(), query.peer.user_id, query.message))
        return raw.types.UpdateShortSentMessage(id=len(self.said), pts=0, pts_count=0, date=0)


async def no_files(_member_id: str, _file_id: str) -> AsyncIterator[bytes]:
    """Nothing here has any."""
    yield b"no row here has a file"


async def no_groups(_row: outbox.Waiting) -> Refused:
    return Refused("no row here goes to a group")


@pytest.fixture
async def pool(postgres: Databases) -> AsyncIterator[Pool]:
    url = await postgres.database("tikethet_bot")
    connection = await asyncpg.connect(url)
    await migrate(connection, {"bot": SCHEMA}, schema="bot")
    await connection.close()
    async with asyncpg.create_pool(url, min_size=2, max_size=12) as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_ten_thousand_drain_at_the_limit_with_answers_first(pool: Pool) -> None:
    chance = random.Random(3)
    waiting: dict[int, list[str]] = defaultdict(list)
    outs = []
    for number in range(BACKLOG - ANSWERED):
        chat = chance.randrange(1, CHATS + 1)
        waiting[chat].append(f"notice {number}")
        outs.append(Out(chat_id=chat, text=waiting[chat][-1], purpose=str(number), priority=NOTICE))
    for chat in chance.sample(range(1, CHATS + 1), ANSWERED):
        waiting[chat].append("answer")
        outs.append(Out(chat_id=chat, text="answer", purpose="answer", priority=ANSWER))
    async with pool.acquire() as connection, connection.transaction():
        await outbox.put(connection, "backlog", outs)

    clock = Hurried()
    telegram = Strict(clock)
    clock.sender = sender = Sender(outbox.Outbox(pool), telegram, lambda: True, no_files, no_groups, clock)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(sender.run())
        while len(telegram.said) < BACKLOG:  # noqa: ASYNC110  counted, not signalled
            await asyncio.sleep(0.01)
        work.cancel()

    assert telegram.limits.refused == 0
    told: dict[int, list[str]] = defaultdict(list)
    for _, chat, text in telegram.said:
        told[chat].append(text)
    assert told == waiting  # each once, and in order per chat

    took = telegram.said[-1][0] - telegram.said[0][0]
    assert took == pytest.approx(BACKLOG / ALL[0], rel=0.1)
    before_the_answers = sum(len(each) for each in waiting.values() if each[-1] == "answer")
    last_answer = max(number for number, (_, _, text) in enumerate(telegram.said) if text == "answer")
    # Chats with an answer go first; while such a chat rests between two messages, others may use the time.
    answered_at = telegram.said[last_answer][0] - telegram.said[0][0]
    assert answered_at <= max(before_the_answers / ALL[0], *map(len, waiting.values())) * 1.1 + 2
