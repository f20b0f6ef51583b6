"""What it means when PostgreSQL cannot be asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tikethet_events.errors import Unreachable


@contextmanager
def reaching() -> Iterator[None]:
    """Say Unreachable for every way in which the server may fail to answer."""
    try:
        yield
    except (
        OSError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # a connection that died in use, or no server that leads
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
    ) as error:
        if isinstance(error, ValueError):  # the driver's word for an argument that it cannot send
            raise
        raise Unreachable(0) from error
