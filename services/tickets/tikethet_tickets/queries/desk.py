"""How the desk works now."""

from datetime import datetime
from typing import Final

import msgspec
from tikethet_events.desk import DeskSettings

from tikethet_tickets.queries.expectation import expectation
from tikethet_tickets.queries.first_admin import bot_username
from tikethet_tickets.queries.shaped import in_language
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules import hours
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS
from tikethet_tickets.shapes import Desk

_SETTINGS: Final = msgspec.json.Decoder(DeskSettings)
STAFFS_OWN: Final = (
    *("auto_close_days", "reminder_hours", "retention_days"),
    *("assignment", "tickets_per_hour", "messages_per_minute"),
)
"""What customers are not shown."""


async def desk_settings(reader: Reader) -> DeskSettings:
    """The settings; the defaults as long as nobody changed them."""
    found = await reader.fetchval("SELECT settings::text FROM tickets.desk")
    return _SETTINGS.decode(found) if found else DEFAULT_SETTINGS


async def desk_shape(reader: Reader, viewer: Viewer, now: datetime) -> Desk:
    """The desk as ``viewer`` may see it at ``now``."""
    settings = await desk_settings(reader)
    inside = {name: getattr(settings, name) for name in STAFFS_OWN} if viewer.staff else {}
    return Desk(
        name=in_language(settings.names, viewer.language, settings.default_language),
        names=settings.names,
        greeting=in_language(settings.greetings, viewer.language, settings.default_language),
        greetings=settings.greetings,
        default_language=settings.default_language,
        time_zone=settings.time_zone,
        hours=list(settings.hours),
        holidays=list(settings.holidays),
        open=hours.is_open(settings, now),
        opens_at=hours.opens_at(settings, now),
        bot=await bot_username(reader),
        expectation=await expectation(reader, settings, viewer.language, now),
        **inside,
    )
