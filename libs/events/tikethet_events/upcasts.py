"""Old stored shapes → today's. Pure, one step at a time; what is stored is never rewritten.

An upcast turns the opened data of schema version n into that of n + 1. Personal fields of an erased member are
``None`` in it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Final[Mapping[tuple[str, str, int], Upcast]] = {}
"""(kind of stream, event type, schema version it starts from) → the step. Every shape so far is still today's."""


def upcast(
    kind: str, type_: str, stored: int, current: int, data: dict[str, Any], steps: Mapping[tuple[str, str, int], Upcast]
) -> dict[str, Any]:
    """Walk ``data`` from schema version ``stored`` up to ``current``."""
    for version in range(stored, current):
        data = steps[kind, type_, version](data)
    return data
