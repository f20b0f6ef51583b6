"""What is generated is what the code says today, and takes back nothing of what it said."""

import copy
import json
from typing import Any

import jsonschema
import pytest
from tikethet_devstack import reference
from tikethet_devstack.documents import ASYNCAPI, OPENAPI, SERVED, asyncapi, openapi
from tikethet_events.asyncapi import breaking, document, schema_key
from tikethet_events.catalogue import EVENTS

DOCUMENT: dict[str, Any] = json.loads(ASYNCAPI.read_text("utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def test_the_openapi_document_is_fresh() -> None:
    assert OPENAPI.read_text("utf-8") == openapi(), "make documents"


def test_every_call_that_answers_something_shows_what() -> None:
    calls = [
        (method, path, call) for path, item in json.loads(openapi())["paths"].items() for method, call in item.items()
    ]
    assert {path.split("/")[3] for _, path, _ in calls} >= {"auth", "tickets", "notifications"}
    for method, path, call in calls:
        answer = next(answer for status, answer in call["responses"].items() if status.startswith("2"))
        for content in answer.get("content", {}).values():
            assert content.get("example") or content.get("examples"), (method, path)


def test_the_asyncapi_document_is_fresh_and_breaks_nothing() -> None:
    text, broken = asyncapi()
    assert broken == []
    assert ASYNCAPI.read_text("utf-8") == SERVED.read_text("utf-8") == text, "make documents"


def test_the_operators_reference_is_fresh() -> None:
    assert reference.SETTINGS.read_text("utf-8") == reference.settings(), "make documents"
    assert reference.METRICS.read_text("utf-8") == reference.metrics(), "make documents"


def test_every_event_of_every_version_has_its_schema_and_its_example() -> None:
    for kind, events in EVENTS.items():
        for name, word in events.items():
            for version in range(1, word.schema + 1):
                schema = SCHEMAS[schema_key(kind, name, version)]
                jsonschema.Draft202012Validator.check_schema(schema)
                assert schema["$id"] == f"/schemas/{kind}/{name}/{version}"
            message = DOCUMENT["components"]["messages"][f"{kind}.{name}"]
            assert message["summary"]
            (example,) = message["examples"]
            jsonschema.validate(example["payload"], SCHEMAS[schema_key(kind, name, word.schema)])


def test_every_reference_leads_somewhere() -> None:
    def follow(value: Any, root: Any) -> None:
        if isinstance(value, list):
            for each in value:
                follow(each, root)
        if not isinstance(value, dict):
            return
        root = value if "$schema" in value else root
        if isinstance(target := value.get("$ref"), str):
            found = root
            for step in target.removeprefix("#/").split("/"):
                found = found[step]
        for each in value.values():
            follow(each, root)

    follow(DOCUMENT, DOCUMENT)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda schema: schema["properties"].pop("number"), "properties.number: gone"),
        (lambda schema: schema["required"].remove("number"), "number may be missing now"),
        (lambda schema: schema["properties"]["number"].update(type="string"), 'was "integer", is "string"'),
        (lambda schema: schema["$defs"]["Priority"]["enum"].remove("HIGH"), "HIGH is no value any more"),
        (lambda schema: schema["properties"]["title"]["anyOf"].pop(), "properties.title.anyOf"),
    ],
)
def test_a_breaking_change_is_found(change: Any, line: str) -> None:
    after = copy.deepcopy(DOCUMENT)
    change(after["components"]["schemas"]["ticket.TicketOpened.1"])
    (found,) = breaking(DOCUMENT, after)
    assert line in found


def test_what_is_only_added_breaks_nothing() -> None:
    after = copy.deepcopy(DOCUMENT)
    schema = after["components"]["schemas"]["ticket.TicketOpened.1"]
    schema["properties"]["weather"] = {"type": "string", "default": "fine"}
    schema["$defs"]["Priority"]["enum"].append("TOMORROW")
    schema["description"] = "Said better."
    after["components"]["schemas"]["ticket.TicketPainted.1"] = schema
    assert breaking(DOCUMENT, after) == []
    assert breaking(after, DOCUMENT) != []


def test_a_version_nobody_writes_any_more_keeps_its_schema() -> None:
    examples: dict[str, Any] = {
        f"{kind}/{name}/{word.schema}": {"plain": {}, "personal": {}}
        for kind, names in EVENTS.items()
        for name, word in names.items()
    }
    assert "member.MemberBlocked.1" in document(examples, DOCUMENT)["components"]["schemas"]
    assert "member.MemberBlocked.1" not in document(examples)["components"]["schemas"]
