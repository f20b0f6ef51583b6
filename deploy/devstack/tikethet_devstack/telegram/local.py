"""The local Telegram in one piece: world, methods, server, people, groups, faults."""

from pathlib import Path
from typing import Self

from tikethet_devstack.telegram.crowd import Crowd
from tikethet_devstack.telegram.faults import Faults
from tikethet_devstack.telegram.keys import ServerKey
from tikethet_devstack.telegram.limits import Limits
from tikethet_devstack.telegram.methods import Methods
from tikethet_devstack.telegram.people import People
from tikethet_devstack.telegram.server import Server
from tikethet_devstack.telegram.world import World


class LocalTelegram:
    """`async with LocalTelegram(directory) as telegram`: listens on `telegram.port`, key in `telegram.key_file`."""

    def __init__(self, directory: Path, *, port: int = 0, first_id: int = 0) -> None:
        self.key_file = directory / "telegram-key.pem.pub"
        self.faults = Faults()
        self.limits = Limits()
        self.world = World(first_id)
        self._wanted_port = port
        self._methods = Methods(self.world, self.limits, lambda: self.server.port)
        self.people = People(self.world, self._methods.callbacks)
        self.crowd = Crowd(self.world, self._methods.callbacks)
        key = ServerKey.kept_in(directory / "telegram-key.pem")
        self.server = Server(key, self._methods.answer, self.faults, keep=directory / "telegram-auth.json")
        self.world.heard = self.server.deliver

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    @property
    def repeat_is_an_error(self) -> bool:
        """How a repeated random_id is answered: RANDOM_ID_DUPLICATE, or (False) the first message."""
        return self._methods.repeat_is_an_error

    @repeat_is_an_error.setter
    def repeat_is_an_error(self, value: bool) -> None:
        self._methods.repeat_is_an_error = value

    @property
    def random_ids_kept(self) -> int:
        """So many messages back a repeated random_id is noticed."""
        return self._methods.random_ids_kept

    @random_ids_kept.setter
    def random_ids_kept(self, value: int) -> None:
        self._methods.random_ids_kept = value

    async def __aenter__(self) -> Self:
        await self.server.start(self._wanted_port)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()
