"""Categories: what a question can be about."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from tikethet_events.desk import Category
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.desk import Changes
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.as_of import categories_from_log
from tikethet_tickets.queries.categories import get_category, list_categories
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Wants
from tikethet_tickets.routes.bodies import CategoryBody, CategoryPatch
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.house import House
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.shapes import Category as CategoryShape
from tikethet_tickets.shapes import Page

router = APIRouter(prefix="/api/v1/categories", tags=["categories"])

_ONE = shown("Category", examples.CATEGORY, versioned=True, says="The category.")
_PAGE = shown("CategoryPage", examples.page(examples.CATEGORY))


@router.get("", summary="List categories", responses=_PAGE)
async def list_(
    who: AnyMember,
    archived: Annotated[bool, Query(description="with those that take no new tickets")] = False,  # noqa: FBT002
) -> Response:
    """In their order; names in the caller's language and in all."""
    return answers.found(who, await _page(who.house, who, include_archived=archived))


@router.post(
    "",
    status_code=201,
    summary="Add a category",
    responses=shown("Category", examples.CATEGORY, status=201, versioned=True, says="The new category.")
    | refusals("forbidden"),
)
async def add(who: Wants, body: CategoryBody) -> Response:
    """For admins."""
    drawn = CategoryId(new_id())
    category = Category(
        id=drawn,
        names=body.names,
        descriptions=body.descriptions,
        icon=body.icon,
        color=body.color,
        order=body.order,
    )
    done = await who.house.desk.add(who.command("AddCategory", body.model_dump(mode="json")), who.viewer, category)
    added = next(each.data for each in done.recorded)
    shape = await _after(who, done, getattr(added, "category", category).id)
    return answers.done(who, done, shape, status=201, location=f"/api/v1/categories/{shape.id}")


@router.post("/init-defaults", summary="Add the default categories", responses=_PAGE | refusals("forbidden"))
async def init_defaults(who: Wants) -> Response:
    """The six a gaming community's desk starts with; those that are there already stay as they are. For admins."""
    done = await who.house.desk.add_defaults(who.command("AddDefaultCategories"), who.viewer)
    if not done.replayed:
        return answers.done(who, done, await _page(who.house, who))
    return answers.done(who, done, _all([each for each in await _then(who, done) if each.active]))


@router.get("/{category}", summary="One category", responses=_ONE | refusals("not_found"))
async def get(who: AnyMember, category: str) -> Response:
    """A category, archived or not."""
    version = await who.house.desk.version()
    return answers.found(who, await _one(who.house, who, category), version=version)


@router.patch("/{category}", summary="Change a category", responses=_ONE | refusals("not_found", "forbidden"))
async def patch(who: Wants, category: str, body: CategoryPatch) -> Response:
    """What is left out stays. For admins."""
    who.need(Action.MANAGE_CATEGORIES)
    key = CategoryId(some_id(category))
    given = {name: getattr(body, name) for name in body.model_fields_set}
    request = who.command("ChangeCategoryDetails", key, given)
    done = await who.house.desk.change(request, who.viewer, key, Changes(**given))
    return answers.done(who, done, await _after(who, done, key))


@router.delete(
    "/{category}", status_code=204, summary="Archive a category", responses=refusals("not_found", "forbidden")
)
async def archive(who: Wants, category: str) -> Response:
    """It takes no new tickets; old ones keep it. For admins."""
    who.need(Action.MANAGE_CATEGORIES)
    key = CategoryId(some_id(category))
    return answers.silent(who, await who.house.desk.archive(who.command("ArchiveCategory", key), who.viewer, key))


async def _one(house: House, who: Asker, category: str) -> CategoryShape:
    found = await get_category(house.reader, who.viewer, category)
    if found is None:
        raise Refused("not_found")
    return found


async def _after(who: Asker, done: Done, category: CategoryId) -> CategoryShape:
    """The category after a command; after a repeated one as it was the first time."""
    if not done.replayed:
        return await _one(who.house, who, category)
    found = next((each for each in await _then(who, done) if each.id == category), None)
    if found is None:
        raise Refused("not_found")
    return found


async def _then(who: Asker, done: Done) -> list[CategoryShape]:
    recorded = await who.house.log.read_stream(done.stream_id, until=done.version)
    return categories_from_log(who.viewer, recorded)


async def _page(house: House, who: Asker, *, include_archived: bool = False) -> Page[CategoryShape]:
    return _all(await list_categories(house.reader, who.viewer, include_archived=include_archived))


def _all(items: list[CategoryShape]) -> Page[CategoryShape]:
    return Page(items=items, total=len(items), page=1, size=max(len(items), 1), pages=1, next_cursor=None)
