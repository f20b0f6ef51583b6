"""One document for all services."""

import json
from typing import Any

from tikethet_gateway.demo import DemoInitData
from tikethet_gateway.openapi import merge
from tikethet_gateway.routes import FirstTokens, SessionList, Tokens

from tests.gateway.conftest import Build, House


def refs(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(entry) for entry in value.values()))
    if isinstance(value, list):
        return set().union(*(refs(entry) for entry in value))
    return set()


async def test_both_services_calls_are_in_one_document(house: House) -> None:
    document = (await house.http.get("/openapi.json")).json()
    paths = document["paths"]
    assert {"/api/v1/tickets", "/api/v1/auth/telegram", "/api/v1/demo/token"} <= set(paths)
    assert not any("internal" in path for path in paths)
    assert document["security"] == [{"bearer": []}]
    assert list(document["components"]["securitySchemes"]) == ["bearer"]
    assert paths["/api/v1/auth/telegram"]["post"]["security"] == []
    assert "security" not in paths["/api/v1/tickets"]["get"]
    assert "security" not in paths["/api/v1/auth/logout"]["post"]
    schemas = document["components"]["schemas"]
    for reference in refs(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


async def test_a_clash_of_names_renames_ours(house: House) -> None:
    schemas = (await house.http.get("/openapi.json")).json()["components"]["schemas"]
    assert schemas["Tokens"] == {"type": "string"}
    assert "access_token" in schemas["GatewayTokens"]["properties"]


async def test_without_tickets_there_are_our_own_calls_until_it_answers(house: House) -> None:
    house.tickets.ready = False
    assert "/api/v1/tickets" not in (await house.http.get("/openapi.json")).json()["paths"]
    house.tickets.ready = True
    assert "/api/v1/tickets" in (await house.http.get("/openapi.json")).json()["paths"]
    asked = sum(seen.path == "/openapi.json" for seen in house.tickets.seen)
    await house.http.get("/openapi.json")
    assert sum(seen.path == "/openapi.json" for seen in house.tickets.seen) == asked


async def test_the_demo_is_documented_only_where_it_exists(houses: Build) -> None:
    house = await houses(telegram_bot_token="123456:real-token")
    assert not any("demo" in path for path in (await house.http.get("/openapi.json")).json()["paths"])


async def test_every_call_of_ours_has_a_summary_and_an_example(house: House) -> None:
    document: dict[str, Any] = (await house.http.get("/openapi.json")).json()
    ours = {path: item for path, item in document["paths"].items() if "/auth/" in path or "/demo/" in path}
    assert len(ours) == 8
    shapes = {shape.__name__: shape for shape in (FirstTokens, Tokens, SessionList, DemoInitData)}
    for path, item in ours.items():
        for operation in item.values():
            assert operation.get("summary"), path
            answer = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            for content in answer.get("content", {}).values():
                shape = shapes[content["schema"]["$ref"].rpartition("/")[2].removeprefix("Gateway")]
                assert (
                    shape.model_validate(content["example"]).model_dump(mode="json", exclude_none=True)
                    == content["example"]
                ), path
    assert "examples" in json.dumps(document["components"]["schemas"]["InitData"])


def test_merging_changes_neither() -> None:
    own = {
        "paths": {"/api/v1/a": {"get": {"security": [{"x": []}]}}},
        "components": {"schemas": {"A": {"type": "object"}}},
    }
    before = json.dumps(own)
    merge(own, None)
    assert json.dumps(own) == before
