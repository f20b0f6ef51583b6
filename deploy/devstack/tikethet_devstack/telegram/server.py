"""The sockets of the local Telegram, and its memory of keys and sessions."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from pyrogram.raw.core import TLObject

from tikethet_devstack.telegram.faults import Faults
from tikethet_devstack.telegram.framing import opened
from tikethet_devstack.telegram.handshake import BadHandshake, Handshake
from tikethet_devstack.telegram.keys import ServerKey
from tikethet_devstack.telegram.sessions import Answer, Session
from tikethet_devstack.telegram.wire import (
    NOT_FOUND,
    REPLY,
    AuthKey,
    Clock,
    Incoming,
    decrypt,
    plain,
    read_plain,
)

NO_KEY = bytes(8)


class Server:
    """Listens on loopback. `keep` is a file in which auth keys outlive a restart, as Telegram's do."""

    def __init__(self, key: ServerKey, answer: Answer, faults: Faults, *, keep: Path | None = None) -> None:
        self._key = key
        self._answer = answer
        self._keep = keep
        self._auths: dict[bytes, AuthKey] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.faults = faults
        self.sessions: dict[tuple[bytes, bytes], Session] = {}
        self._remember()

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the server was not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, port: int = 0) -> None:
        """Listen on `port`, or on a free one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def stop(self) -> None:
        """Close every socket."""
        if self._server is not None:
            self._server.close()
            self.cut()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Cut every line; clients may come back."""
        for writer in list(self._writers):
            writer.transport.abort()

    def revoke(self) -> None:
        """Forget every auth key: clients get -404 and must sign in anew."""
        self._auths.clear()
        self.sessions.clear()
        self._persist()
        self.cut()

    def deliver(self, bot_id: int, updates: TLObject[Any]) -> None:
        """Push updates to every connected session of a bot that listens."""
        for session in self.sessions.values():
            if session.bot_id == bot_id and session.listens:
                session.push(updates)

    def connected(self, bot_id: int) -> bool:
        """Whether a session of this bot that listens stands right now."""
        return any(each.bot_id == bot_id and each.listens and each.connected for each in self.sessions.values())

    def turn_salts(self) -> None:
        """Make every client learn a new salt with its next message."""
        for auth in self._auths.values():
            auth.salt += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if not self.faults.refuse:
                await self._converse(reader, writer)
        except* (asyncio.IncompleteReadError, ConnectionError, BadHandshake, ValueError):
            pass  # a client that went away, or speaks something else: close its line
        finally:
            self._writers.discard(writer)
            for session in self.sessions.values():
                session.detach(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framing = await opened(reader)
        handshake = Handshake(self._key)
        clock = Clock()
        async with asyncio.TaskGroup() as requests:
            while True:
                packet = await framing.read(reader)
                if self.faults.black_hole:
                    continue
                if packet[:8] == NO_KEY:
                    answer = handshake.answer(read_plain(packet))
                    self._learn(handshake)
                    writer.write(framing.framed(plain(answer, clock.next(REPLY))))
                    continue
                auth = self._auths.get(packet[:8])
                if auth is None:
                    writer.write(framing.framed(NOT_FOUND))
                    return
                message = decrypt(packet, auth)
                session = self._session(auth, message.session_id)
                session.attach(writer, framing)
                # One task a packet: a slow request must not hold up the pongs behind it.
                requests.create_task(self._take(session, message))

    async def _take(self, session: Session, message: Incoming) -> None:
        before = session.bot_id
        await session.take(message)
        if session.bot_id != before:
            self._persist()

    def _session(self, auth: AuthKey, session_id: bytes) -> Session:
        found = self.sessions.get((auth.id, session_id))
        if found is None:
            found = self.sessions[auth.id, session_id] = Session(auth, session_id, self._answer, self.faults)
        return found

    def _learn(self, handshake: Handshake) -> None:
        if handshake.auth_key is not None:
            auth = AuthKey(handshake.auth_key, handshake.salt)
            self._auths[auth.id] = auth
            self._persist()

    def _remember(self) -> None:
        if self._keep is not None and self._keep.exists():
            for key, salt, bot_id in json.loads(self._keep.read_text()):
                auth = AuthKey(bytes.fromhex(key), salt, bot_id)
                self._auths[auth.id] = auth

    def _persist(self) -> None:
        if self._keep is not None:
            self._keep.touch(mode=0o600)
            kept = [(auth.key.hex(), auth.salt, auth.bot_id) for auth in self._auths.values()]
            self._keep.write_text(json.dumps(kept))
