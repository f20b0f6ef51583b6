"""Reply templates."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from tikethet_events.desk import Template, TemplateSaved
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId, TemplateId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.templates import filled, get_template, list_templates
from tikethet_tickets.queries.tickets import get_ticket
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Wants
from tikethet_tickets.routes.bodies import Id, RenderBody, TemplateBody, TemplatePatch
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.rules.templates import PLACEHOLDERS
from tikethet_tickets.shapes import Page
from tikethet_tickets.shapes import Template as TemplateShape

router = APIRouter(prefix="/api/v1/templates", tags=["desk"])

_ONE = shown("Template", examples.TEMPLATE, versioned=True, says="The template.") | refusals("not_found", "forbidden")
_IN_BRACES = ", ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)


@router.get(
    "",
    summary="List templates",
    responses=shown("TemplatePage", examples.page(examples.TEMPLATE)) | refusals("forbidden"),
)
async def list_(
    who: AnyMember, category_id: Annotated[Id | None, Query(description="those offered under it")] = None
) -> Response:
    """In their order. For staff."""
    who.need(Action.SEE_TEMPLATES)
    category = CategoryId(category_id) if category_id is not None else None
    items = await list_templates(who.house.reader, who.viewer, category)
    page = Page(items=items, total=len(items), page=1, size=max(len(items), 1), pages=1, next_cursor=None)
    return answers.found(who, page)


@router.post(
    "",
    status_code=201,
    summary="Add a template",
    description=f"For moderators. Placeholders: {_IN_BRACES}; what is not known is left empty.",
    responses=shown("Template", examples.TEMPLATE, status=201, versioned=True, says="The new template.")
    | refusals("forbidden"),
)
async def add(who: Wants, body: TemplateBody) -> Response:
    """Its name need not be the only one of its kind."""
    template = Template(
        id=TemplateId(new_id()),
        name=body.name,
        texts=body.texts,
        category_ids=tuple(CategoryId(each) for each in body.category_ids),
        order=body.order,
    )
    request = who.command("SaveTemplate", body.model_dump(mode="json"))
    done = await who.house.desk.add_template(request, who.viewer, template)
    shape = await _one(who, _saved(done, template.id))
    return answers.done(who, done, shape, status=201, location=f"/api/v1/templates/{shape.id}")


@router.get("/{template}", summary="One template", responses=_ONE)
async def get(who: AnyMember, template: str) -> Response:
    """For staff."""
    who.need(Action.SEE_TEMPLATES)
    return answers.found(who, await _one(who, template))


@router.patch("/{template}", summary="Change a template", responses=_ONE)
async def patch(who: Wants, template: str, body: TemplatePatch) -> Response:
    """What is left out stays. For moderators."""
    who.need(Action.MANAGE_TEMPLATES)
    key = TemplateId(some_id(template))
    given = {name: value for name in body.model_fields_set if (value := getattr(body, name)) is not None}
    if body.category_ids is not None:
        given["category_ids"] = tuple(CategoryId(each) for each in body.category_ids)
    request = who.command("SaveTemplate", key, given)
    done = await who.house.desk.change_template(request, who.viewer, key, given)
    return answers.done(who, done, await _one(who, key))


@router.delete(
    "/{template}", status_code=204, summary="Remove a template", responses=refusals("not_found", "forbidden")
)
async def remove(who: Wants, template: str) -> Response:
    """What was written with it stays. For moderators."""
    key = TemplateId(some_id(template))
    request = who.command("RemoveTemplate", key)
    return answers.silent(who, await who.house.desk.remove_template(request, who.viewer, key))


@router.post(
    "/{template}/render",
    summary="Fill a template in for a ticket",
    responses=shown("Rendered", examples.RENDERED) | refusals("not_found", "forbidden"),
)
async def render(who: AnyMember, template: str, body: RenderBody) -> Response:
    """The text to send, in the language of whoever asked; nothing is sent. For staff."""
    who.need(Action.SEE_TEMPLATES)
    found = await _one(who, template)
    ticket = await get_ticket(who.house.reader, who.viewer, body.ticket)
    if ticket is None:
        raise Refused("not_found")
    return answers.found(who, filled(found, ticket, who.member, await desk_settings(who.house.reader)))


def _saved(done: Done, drawn: TemplateId) -> TemplateId:
    """The template a command saved, now or the first time."""
    saved = (each.data.template.id for each in done.recorded if isinstance(each.data, TemplateSaved))
    return next(saved, drawn)


async def _one(who: Asker, template: str) -> TemplateShape:
    found = await get_template(who.house.reader, who.viewer, template)
    if found is None:
        raise Refused("not_found")
    return found
