"""Files up and down, in parts."""

from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.methods.asked import Methods, answers, yes
from tikethet_devstack.telegram.sessions import Session
from tikethet_devstack.telegram.world import Bot

fn, types = raw.functions, raw.types


@answers(fn.upload.SaveFilePart, fn.upload.SaveBigFilePart)
def _save_part(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    methods.parts.setdefault(query.file_id, {})[query.file_part] = query.bytes
    return yes()


@answers(fn.upload.GetFile)
def _get_file(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    return media.part(methods.world, query.location, query.offset, query.limit)
