"""Old stored shapes → today's. Pure, one step at a time; what is stored is never rewritten.

An upcast turns the opened data of schema version n into that of n + 1. Personal fields of an erased member are
``None`` in it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def _without_term(data: dict[str, Any]) -> dict[str, Any]:
    """A block was for good before it could have a term."""
    return data | {"until": None}


UPCASTS: Final[Mapping[tuple[str, str, int], Upcast]] = {
    ("member", "MemberBlocked", 1): _without_term,
}
"""(kind of stream, event type, schema version it starts from) → the step."""


def upcast(
    kind: str, type_: str, stored: int, current: int, data: dict[str, Any], steps: Mapping[tuple[str, str, int], Upcast]
) -> dict[str, Any]:
    """Walk ``data`` from schema version ``stored`` up to ``current``."""
    for version in range(stored, current):
        data = steps[kind, type_, version](data)
    return data
