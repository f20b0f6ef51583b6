"""The same two houses on one database as the commands' own tests have."""

from tests.tickets.handle.conftest import pair

__all__ = ["pair"]
