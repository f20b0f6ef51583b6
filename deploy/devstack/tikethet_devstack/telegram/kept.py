"""The world in a file, so that a demo that is started again goes on where it was. Tests begin with an empty one.

One file for everything but uploaded bytes, written anew shortly after a change; each upload is a file of its own.
Should the process be killed, what it said in its last moment is not in the file: then every count goes on a thousand
higher, so that no id and no pts ever means two things to a bot that remembers more.
"""

import asyncio
import contextlib
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec
from pyrogram.raw.core import TLObject

from tikethet_devstack.telegram.boxes import Box
from tikethet_devstack.telegram.groups import Group
from tikethet_devstack.telegram.world import Bot, World

SAVE_AFTER_S: Final = 0.5
CHANGES_KEPT: Final = 1000
"""So many changes back a difference can be asked for after a restart."""
LEAP: Final = 1000
"""More than can happen between two savings."""


class Kept:
    """`load` once, then `run` beside the server until cancelled; it saves at the end too."""

    def __init__(self, world: World, directory: Path) -> None:
        self._world = world
        self._file = directory / "world.msgpack"
        self._uploads = directory / "uploads"
        self._changed = asyncio.Event()
        self._written: set[int] = set()
        world.onlookers.append(lambda _kind, _facts: self._changed.set())

    def load(self) -> None:
        """Fill the world in from the file, if there is one."""
        if not self._file.exists():
            return
        found = msgspec.msgpack.decode(self._file.read_bytes())
        leap = 0 if found["clean"] else LEAP
        world = self._world
        world.people = {user.id: user for user in map(_read, found["people"])}
        world.bots = {bot.id: bot for bot in (_bot(each, leap) for each in found["bots"])}
        world.groups = {group.id: group for group in (_group(each, leap) for each in found["groups"])}
        world.media = {each.id: each for each in map(_read, found["media"])}
        for path in self._uploads.glob("[0-9]*"):
            world.files[int(path.name)] = path.read_bytes()
        self._written = set(world.files)

    async def run(self) -> None:
        """Save soon after each change, and when cancelled."""
        self._save(clean=False)
        try:
            while True:
                await self._changed.wait()
                await asyncio.sleep(SAVE_AFTER_S)
                self._changed.clear()
                self._save(clean=False)
        finally:
            self._save(clean=True)

    def _save(self, *, clean: bool) -> None:
        self._uploads.mkdir(parents=True, exist_ok=True)
        for file_id in self._world.files.keys() - self._written:
            (self._uploads / str(file_id)).write_bytes(self._world.files[file_id])
            self._written.add(file_id)
        world = self._world
        facts = {
            "clean": clean,
            "people": [each.write() for each in world.people.values()],
            "bots": [_of_bot(each) for each in world.bots.values()],
            "groups": [_of_group(each) for each in world.groups.values()],
            "media": [each.write() for each in world.media.values()],
        }
        beside = self._file.with_suffix(".new")
        with contextlib.closing(beside.open("wb")) as file:
            file.write(msgspec.msgpack.encode(facts))
        beside.replace(self._file)


def _read(data: bytes) -> Any:
    return TLObject.read(BytesIO(data))


def _of_box(box: Box) -> dict[str, Any]:
    kept = box.log[-CHANGES_KEPT:]
    dropped = box.log[-CHANGES_KEPT - 1][0] if len(box.log) > len(kept) else box.forgotten
    return {
        "pts": box.pts,
        "last_id": box.last_id,
        "qts": box.qts,
        "forgotten": dropped,
        "messages": [each.write() for each in box.messages.values()],
        "log": [(pts, update.write()) for pts, update in kept],
        "other": [(qts, update.write()) for qts, update in box.other[-CHANGES_KEPT:]],
    }


def _box(facts: dict[str, Any], leap: int) -> Box:
    return Box(
        pts=facts["pts"] + leap,
        last_id=facts["last_id"] + leap,
        qts=facts["qts"] + leap,
        forgotten=facts["forgotten"],
        messages={each.id: each for each in map(_read, facts["messages"])},
        log=[(pts, _read(update)) for pts, update in facts["log"]],
        other=[(qts, _read(update)) for qts, update in facts["other"]],
    )


def _of_bot(bot: Bot) -> dict[str, Any]:
    return {
        "user": bot.user.write(),
        "box": _of_box(bot.box),
        "commands": list(bot.commands.items()),
        "menu": [(user_id, button.write()) for user_id, button in bot.menu.items()],
        "about": bot.about,
        "blocked_by": list(bot.blocked_by),
        "sent": list(bot.sent.items()),
    }


def _bot(facts: dict[str, Any], leap: int) -> Bot:
    user = _read(facts["user"])
    return Bot(
        id=user.id,
        user=user,
        box=_box(facts["box"], leap),
        commands={
            (scope, language): [(name, text) for name, text in said] for (scope, language), said in facts["commands"]
        },
        menu={user_id: _read(button) for user_id, button in facts["menu"]},
        about=facts["about"],
        blocked_by=set(facts["blocked_by"]),
        sent={random_id: (channel, message) for random_id, (channel, message) in facts["sent"]},
    )


def _of_group(group: Group) -> dict[str, Any]:
    return {
        "chat": group.chat.write(),
        "owner": group.owner,
        "box": _of_box(group.box),
        "members": [(user_id, may and may.write()) for user_id, may in group.members.items()],
        "topics": [(topic_id, topic and topic.write()) for topic_id, topic in group.topics.items()],
        "pinned": group.pinned,
        "random_ids": list(group.random_ids.items()),
        "gone": group.gone,
        "changed_at": group.changed_at,
    }


def _group(facts: dict[str, Any], leap: int) -> Group:
    chat = _read(facts["chat"])
    return Group(
        id=chat.id,
        chat=chat,
        owner=facts["owner"],
        box=_box(facts["box"], leap),
        members={user_id: may and _read(may) for user_id, may in facts["members"]},
        topics={topic_id: topic and _read(topic) for topic_id, topic in facts["topics"]},
        pinned=facts["pinned"],
        random_ids=dict(facts["random_ids"]),
        gone=facts["gone"],
        changed_at=facts["changed_at"],
    )
