"""The AsyncAPI 3 document: every event with its meaning, its JSON Schema per version and an example. Pure.

Made from the event classes, `make documents` writes it down; what it said before of older versions is carried on, and
`breaking` finds what would no longer be true for somebody who relied on it.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tikethet_events.catalogue import EVENTS, Kind
from tikethet_events.stream import STREAM
from tikethet_events.word import Event

Document = dict[str, Any]
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ABOUT: Final = frozenset({"description", "title", "$id", "$schema", "x-audience", "x-personal", "enum"})
"""Keywords that may say something else later; values of an enumeration are compared by themselves."""
_KINDS: Final[Mapping[Kind, str]] = {
    "ticket": "the ticket's id",
    "member": "the member's id",
    "desk": "`desk`",
    "broadcast": "the broadcast's id",
}
"""What `ce-subject` names, by the kind of stream."""


def document(examples: Mapping[str, Mapping[str, Any]], before: Document | None = None) -> Document:
    """The whole document; ``examples`` by ``kind/Type/version``, ``before`` is the one of the last time."""
    messages = {f"{kind}.{name}": _message(kind, word, examples) for kind, name, word in _words()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "TiketHet: events",
            "version": "1",
            "description": (
                "Everything that happens at the desk, as CloudEvents 1.0. Events are only ever added; a shape that "
                "changes gets a new version, named by `dataschema`. Over NATS they come in binary mode (headers "
                "`ce-*`, JSON body), over `GET /api/v1/events` and webhooks as one JSON object each."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": "tikethet.events.{member}.{ticket}.{type}",
                "title": "The stream",
                "description": (
                    f"JetStream stream `{STREAM}`: the sequence of a message is its position in the log. Plain text "
                    "for 30 days; older events come from `GET /api/v1/events`."
                ),
                "parameters": {
                    "member": {"description": "the customer the event is about, or `-`"},
                    "ticket": {"description": "the ticket the event is about, or `-`"},
                    "type": {"description": "the name of the event: `TicketOpened`"},
                },
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            },
            "webhooks": {
                "address": None,
                "title": "Webhooks",
                "description": (
                    "POST of `application/cloudevents+json` to the address of a webhook, signed as Standard Webhooks "
                    "says (`webhook-id`, `webhook-timestamp`, `webhook-signature`)."
                ),
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            },
        },
        "operations": {
            name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in ("events", "webhooks")
        },
        "components": {
            "messages": messages,
            "messageTraits": {"cloudEvent": {"headers": {"$ref": "#/components/schemas/CloudEventHeaders"}}},
            "schemas": {"CloudEventHeaders": _HEADERS, **_versions(before)},
        },
    }


def schema_key(kind: Kind, name: str, version: int) -> str:
    """Where a version's schema is in the document."""
    return f"{kind}.{name}.{version}"


def breaking(before: Document, after: Document) -> list[str]:
    """What somebody could rely on before and can no longer: one line each."""
    old, new = (found["components"]["schemas"] for found in (before, after))
    gone = [f"{key}: gone" for key in old if key not in new]
    return gone + [line for key in old if key in new for line in _changed(key, old[key], new[key])]


def _words() -> Iterator[tuple[Kind, str, type[Event]]]:
    for kind, events in sorted(EVENTS.items()):
        for name, word in sorted(events.items()):
            yield kind, name, word


def _message(kind: Kind, word: type[Event], examples: Mapping[str, Mapping[str, Any]]) -> Document:
    name, key = word.__name__, f"{kind}/{word.__name__}/{word.schema}"
    golden = examples[key]
    return {
        "name": f"tikethet.{name}",
        "title": name,
        "summary": _meaning(word),
        "description": f"`ce-subject` is {_KINDS[kind]}. {_privacy(word)}",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": f"#/components/schemas/{schema_key(kind, name, word.schema)}"},
        "examples": [{"payload": {**golden["plain"], **golden["personal"]}}],
    }


def _meaning(word: type[Event]) -> str:
    return inspect.cleandoc(word.__doc__ or "").replace("``", "`")


def _privacy(word: type[Event]) -> str:
    personal = ", ".join(f"`{field}`" for field in sorted(word.personal))
    gone = "`null` once the person is erased, and for programs without personal data"
    about = f" Personal ({gone}): {personal}." if personal else ""
    who = "that of the message it speaks of" if "audience" in vars(word) else f"`{word.heard_by}`"
    return f"Audience: {who}.{about}"


def _versions(before: Document | None) -> dict[str, Document]:
    """Today's schemas, and those of versions that are no longer written but may still be on somebody's stream."""
    today = {schema_key(kind, name, word.schema): _schema(kind, word) for kind, name, word in _words()}
    known = before["components"]["schemas"] if before is not None else {}
    kept = {
        key: schema
        for key, schema in known.items()
        if key not in today and key != "CloudEventHeaders" and int(key.rpartition(".")[2]) < _current(key)
    }
    return dict(sorted((today | kept).items()))


def _current(key: str) -> int:
    kind, name, _ = key.split(".")
    word = EVENTS.get(kind, {}).get(name)
    return word.schema if word is not None else 0


def _schema(kind: Kind, word: type[Event]) -> Document:
    _, found = msgspec.json.schema_components([word], ref_template="#/$defs/{name}")
    # As JSON would have it: no tuples, the same today and when it is read again.
    shapes: Document = json.loads(msgspec.json.encode(found))
    own = shapes.pop(word.__name__)
    for field in word.personal:
        own["properties"][field]["x-personal"] = True
    head = {"$schema": _DIALECT, "$id": f"/schemas/{kind}/{word.__name__}/{word.schema}"}
    return {
        **head,
        **own,
        "description": _meaning(word),
        "x-audience": word.heard_by,
        **({"$defs": _closed(shapes)} if shapes else {}),
    }


def _closed(shapes: Document) -> Document:
    """Sorted, and their docstrings as they are read: what Python keeps of the indentation depends on its version."""
    return {
        name: {**shape, "description": inspect.cleandoc(shape["description"])} if "description" in shape else shape
        for name, shape in sorted(shapes.items())
    }


def _changed(where: str, old: Any, new: Any) -> list[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [] if old == new else [f"{where}: was {json.dumps(old)}, is {json.dumps(new)}"]
    lines: list[str] = []
    for word, value in old.items():
        place = f"{where}.{word}"
        match word:
            case "properties" | "$defs":
                for name, inner in value.items():
                    lines += (
                        _changed(f"{place}.{name}", inner, new[word][name])
                        if name in new.get(word, {})
                        else [f"{place}.{name}: gone"]
                    )
            case "required":
                lines += [f"{where}: {name} may be missing now" for name in value if name not in new.get(word, ())]
            case "enum":
                lines += [f"{where}: {name} is no value any more" for name in value if name not in new.get(word, ())]
            case _ if word in _ABOUT:
                pass
            case _:
                lines += _changed(place, value, new.get(word))
    return lines


_TEXT: Final = {"type": "string"}
_HEADERS: Final[Document] = {
    "type": "object",
    "description": "The CloudEvents attributes; over HTTP the same without `ce-`, position and version as numbers.",
    "required": [
        *("ce-specversion", "ce-id", "ce-type", "ce-source", "ce-subject", "ce-time", "ce-dataschema"),
        *("ce-position", "ce-epoch", "ce-audience", "ce-streamversion", "ce-actor"),
    ],
    "properties": {
        "ce-specversion": {"const": "1.0"},
        "ce-id": {**_TEXT, "description": "the event's own id; the same however often it comes"},
        "ce-type": {**_TEXT, "description": "`tikethet.` and the name of the event"},
        "ce-source": {**_TEXT, "description": "`/tikethet/` and the id of the installation"},
        "ce-subject": {**_TEXT, "description": "what the event is about: a ticket's or a member's id, or `desk`"},
        "ce-time": {**_TEXT, "format": "date-time", "description": "when it was recorded"},
        "ce-datacontenttype": {"const": "application/json"},
        "ce-dataschema": {**_TEXT, "description": "`/schemas/<kind>/<Type>/<version>`, served by the gateway"},
        "ce-position": {**_TEXT, "pattern": "^[0-9]+$", "description": "place in the whole log, from 1, without holes"},
        "ce-epoch": {**_TEXT, "description": "which history the position belongs to; another after a restore"},
        "ce-audience": {"enum": ["public", "staff", "admin"]},
        "ce-streamversion": {**_TEXT, "pattern": "^[0-9]+$", "description": "place among the events of its subject"},
        "ce-actor": {**_TEXT, "description": "a member's id, `account:<id>`, `service:<name>` or `timer`"},
        "ce-channel": {"enum": ["app", "bot", "api", "system"]},
        "ce-requester": {**_TEXT, "description": "the customer it is about"},
        "ce-traceparent": {**_TEXT, "description": "W3C trace context of the request that caused it"},
        "ce-erased": {"const": "true", "description": "the person was erased: personal fields are `null`"},
    },
}
