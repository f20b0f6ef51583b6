"""A dictionary that forgets what was not asked for the longest."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Bounded(Generic[T]):
    """At most ``most`` values by name."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, T] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[T]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str) -> T | None:
        """The value, or None; it counts as asked for."""
        if name not in self._values:
            return None
        self._values.move_to_end(name)
        return self._values[name]

    def put(self, name: str, value: T) -> None:
        """Keep it."""
        self._values[name] = value
        self._values.move_to_end(name)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, name: str) -> None:
        """Forget it, if it is there."""
        self._values.pop(name, None)
