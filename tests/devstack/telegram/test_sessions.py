"""A session by itself: what is pushed, acknowledged and said again."""

import asyncio
import secrets
from typing import Any, cast

from pyrogram import raw
from pyrogram.raw.core import TLObject
from tikethet_devstack.telegram.faults import Faults
from tikethet_devstack.telegram.framing import Abridged
from tikethet_devstack.telegram.sessions import Session
from tikethet_devstack.telegram.wire import AuthKey, Incoming

PUSH = raw.types.UpdatesTooLong()


class Line:
    """The client's end of a connection, which only counts."""

    def __init__(self) -> None:
        self.packets = 0

    def is_closing(self) -> bool:
        return False

    def write(self, _: bytes) -> None:
        self.packets += 1


async def unasked(_session: Session, _query: TLObject[Any]) -> TLObject[Any]:
    raise AssertionError("nothing was asked")


def speak_on(session: Session, line: Line) -> None:
    session.attach(cast("asyncio.StreamWriter", line), Abridged())


async def test_what_was_not_acknowledged_comes_again_on_the_next_line() -> None:
    faults = Faults(repeat_pushes=True)
    auth = AuthKey(secrets.token_bytes(256), salt=1)
    session = Session(auth, bytes(8), unasked, faults)
    first, second, third = Line(), Line(), Line()
    speak_on(session, first)
    session.push(PUSH)
    assert first.packets == 1
    speak_on(session, second)
    assert second.packets == 1
    [msg_id] = session.unacknowledged
    ack = raw.types.MsgsAck(msg_ids=[msg_id]).write()
    await session.take(Incoming(bytes(8), 1, msg_id=4, seq_no=0, body=ack))
    speak_on(session, third)
    assert third.packets == 0


async def test_nothing_comes_again_unless_it_is_asked_for() -> None:
    session = Session(AuthKey(secrets.token_bytes(256), salt=1), bytes(8), unasked, Faults())
    first, second = Line(), Line()
    speak_on(session, first)
    session.push(PUSH)
    speak_on(session, second)
    assert (first.packets, second.packets) == (1, 0)
