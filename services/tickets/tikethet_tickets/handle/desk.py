"""Commands about the desk: its categories, settings and templates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.append import Write
from tikethet_events.desk import (
    DESK_STREAM,
    AddCategory,
    AddDefaultCategories,
    ArchiveCategory,
    Category,
    ChangeCategoryDetails,
    ChangeDeskSettings,
    DeskCommand,
    RemoveTemplate,
    SaveTemplate,
    Template,
    Texts,
)
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId, Role, TemplateId

from tikethet_tickets.handle.core import Done, Handler, Plan, Request, demand
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.rules import desk as rules
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES


class Changes(Struct, frozen=True, kw_only=True):
    """What a category should say from now on; ``None`` leaves a thing as it is."""

    names: Texts | None = None
    descriptions: Texts | None = None
    icon: str | None = None
    color: str | None = None
    order: int | None = None
    active: bool | None = None


class Desk:
    """Carries out commands about the desk."""

    def __init__(self, handler: Handler, now: Callable[[], datetime]) -> None:
        self._handler = handler
        self._now = now

    async def add(self, request: Request, viewer: Viewer, category: Category) -> Done:
        """Add a category."""
        return await self.act(request, viewer.role, lambda _: AddCategory(category=category))

    async def add_defaults(self, request: Request, viewer: Viewer) -> Done:
        """Add those of the default categories that are missing."""
        return await self.act(request, viewer.role, lambda _: AddDefaultCategories(categories=DEFAULT_CATEGORIES))

    async def change(self, request: Request, viewer: Viewer, category_id: CategoryId, changes: Changes) -> Done:
        """Change some of what a category says."""
        given = {name: value for name in Changes.__struct_fields__ if (value := getattr(changes, name)) is not None}

        def command(state: rules.Desk) -> DeskCommand:
            known = state.categories.get(category_id)
            if known is None:
                raise Refused("not_found")
            return ChangeCategoryDetails(category=replace(known, **given))

        return await self.act(request, viewer.role, command)

    async def archive(self, request: Request, viewer: Viewer, category_id: CategoryId) -> Done:
        """Take a category out of the list for new tickets."""
        return await self.act(request, viewer.role, lambda _: ArchiveCategory(category_id=category_id))

    async def configure(self, request: Request, viewer: Viewer, given: Mapping[str, Any]) -> Done:
        """Change those of the settings that are ``given``, by their names in `DeskSettings`."""
        return await self.act(
            request, viewer.role, lambda state: ChangeDeskSettings(settings=replace(state.settings, **given))
        )

    async def add_template(self, request: Request, viewer: Viewer, template: Template) -> Done:
        """Keep a new template."""
        return await self.act(request, viewer.role, lambda _: SaveTemplate(template=template))

    async def change_template(
        self, request: Request, viewer: Viewer, template_id: TemplateId, given: Mapping[str, Any]
    ) -> Done:
        """Change those fields of a template that are ``given``."""

        def command(state: rules.Desk) -> DeskCommand:
            known = state.templates.get(template_id)
            if known is None:
                raise Refused("not_found")
            return SaveTemplate(template=replace(known, **given))

        return await self.act(request, viewer.role, command)

    async def remove_template(self, request: Request, viewer: Viewer, template_id: TemplateId) -> Done:
        """Offer a template no longer."""
        return await self.act(request, viewer.role, lambda _: RemoveTemplate(template_id=template_id))

    async def version(self) -> int:
        """The version of the desk's stream now: what ``If-Match`` is about."""
        return (await self._handler.streams.load(DESK_STREAM, fresh=True)).version

    async def act(self, request: Request, role: Role, command: Callable[[rules.Desk], DeskCommand]) -> Done:
        """Carry out the command that follows from the desk's state, for somebody of this role."""

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(DESK_STREAM, fresh=fresh)
            state = loaded.state or rules.Desk()
            demand(request, loaded.version)
            facts = rules.Facts(actor_role=role)
            events = rules.decide(command(state), state, self._now(), facts)
            return Plan(writes=(Write(stream_id=DESK_STREAM, expected=loaded.version, events=tuple(events)),))

        return await self._handler.carry_out(request, DESK_STREAM, plan)
