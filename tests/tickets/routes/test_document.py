"""The OpenAPI document: every call, an example each, and the examples are true to the shapes."""

from typing import Any

import msgspec
import pytest
from pydantic import BaseModel
from tikethet_tickets import shapes
from tikethet_tickets.routes import bodies, examples

SHAPES: list[tuple[Any, dict[str, Any]]] = [
    (shapes.Member, examples.CUSTOMER),
    (shapes.Member, examples.HELPER),
    (shapes.Me, examples.ME),
    (shapes.Category, examples.CATEGORY),
    (shapes.Desk, examples.DESK),
    (shapes.Duty, examples.DUTY),
    (shapes.Invite, examples.INVITE),
    (shapes.Template, examples.TEMPLATE),
    (shapes.Account, examples.ACCOUNT),
    (shapes.Rendered, examples.RENDERED),
    (shapes.Ticket, examples.TICKET),
    (shapes.Message, examples.MESSAGE),
    (shapes.Counts, examples.COUNTS),
    (shapes.HistoryItem, examples.HISTORY_ITEM),
    (shapes.TicketStatistics, examples.STATISTICS),
    (shapes.Dashboard, examples.DASHBOARD),
    (shapes.NotificationList, examples.NOTIFICATIONS),
    (shapes.Broadcast, examples.BROADCAST),
    (shapes.Broadcast, examples.BROADCAST_STARTED),
    (shapes.AudienceCount, examples.AUDIENCE_COUNT),
    (shapes.MemberExport, examples.EXPORT),
    (shapes.Page[shapes.Ticket], examples.page(examples.TICKET)),
]


@pytest.mark.parametrize(("shape", "example"), SHAPES)
def test_answers_are_shown_as_they_are(shape: Any, example: dict[str, Any]) -> None:
    again = msgspec.to_builtins(msgspec.convert(example, shape))
    assert again.keys() == example.keys()


@pytest.mark.parametrize("name", examples.SENT)
def test_bodies_are_shown_as_they_may_be_sent(name: str) -> None:
    body: type[BaseModel] = getattr(bodies, name)
    body.model_validate(examples.SENT[name])


async def test_the_document(desk: Any) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    calls = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert {path.split("/")[3] for _, path in calls} == {
        *("auth", "tickets", "categories", "members", "events", "desk", "files", "duty", "invites", "templates"),
        *("statistics", "notifications", "export", "accounts", "broadcasts", "webhooks"),
    }
    assert len(calls) == 80
    for path, item in document["paths"].items():
        for method, call in item.items():
            assert call["summary"], (method, path)
            assert call["tags"], (method, path)
            success = next(answer for status, answer in call["responses"].items() if status.startswith("2"))
            for content in success.get("content", {}).values():
                assert content["example"], (method, path)
    schemas = document["components"]["schemas"]
    assert {"Ticket", "TicketPage", "Message", "Me", "Category", "Counts", "Problem"} <= schemas.keys()
    assert "version_conflict" in schemas["Problem"]["properties"]["code"]["enum"]
    assert all(schemas[name]["example"] for name in examples.SENT if name in schemas)


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(_references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(value) for value in node))
    return set()


async def test_nothing_in_the_document_points_nowhere(desk: Any) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert _references(document) <= known
