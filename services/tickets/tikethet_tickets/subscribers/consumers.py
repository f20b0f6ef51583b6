"""The consumers that programs outside read from: tickets makes them, so that each delivers what its account may hear.

Whoever may make a consumer may also say where the server pushes its messages inside the stream's own account, so that
right stays here. A program may look at its consumers, fetch from them and acknowledge, and nothing else.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager
from tikethet_events.bus import DEFAULT_PREFIX, state_of
from tikethet_events.integration import AccountId
from tikethet_events.stream import STREAM, SUBJECTS
from tikethet_service.problems import Problem

from tikethet_tickets.rules.integration import KINDS, whole_kinds
from tikethet_tickets.shapes import Consumer
from tikethet_tickets.views.rows import AccountRow

NUMBERS: Final = range(1, 9)
"""How many consumers an account may have, each under a number."""
API_PREFIX: Final = "TK.API"
"""Where programs outside find JetStream's API."""
_UNUSED_S: Final = 30 * 24 * 3600.0
"""After so long without a fetch the server drops a consumer; the stream itself goes no further back."""
_PENDING_MAX: Final = 1000


class Wanted(Struct, frozen=True, kw_only=True):
    """Which of its events a program wants from a consumer, and behind which position to begin.

    ``None`` means all there are; for ``after``: where it stands, and from the stream's beginning for a new one.
    """

    member_id: str | None = None
    ticket_id: str | None = None
    types: frozenset[str] | None = None
    after: int | None = None


class Consumers:
    """Makes and removes them through ``connection``, in the stream's own account."""

    def __init__(self, connection: Callable[[], Client | None], *, prefix: str = DEFAULT_PREFIX) -> None:
        self._connection = connection
        self._prefix = prefix

    async def put(self, account: AccountRow, number: int, wanted: Wanted) -> Consumer:
        """Make consumer ``number`` deliver what is wanted, as far as the account may hear it.

        Raises `Problem` ``out_of_scope`` when that is nothing, ``epoch_changed`` for a position the stream has not
        reached, ``unavailable``.
        """
        subjects = subjects_of(account, wanted)
        name = consumer_name(account.id, number)
        try:
            manager = self._manager()
            state = await state_of(manager)
            if state is None or state.lineage is None:
                raise Problem("unavailable", headers={"Retry-After": "1"})
            if wanted.after is not None and wanted.after > state.last:
                raise Problem("epoch_changed", epoch=state.lineage.epoch)
            await _make(manager, name, subjects, wanted.after)
        except (NatsError, OSError, TimeoutError) as failure:
            raise Problem("unavailable", headers={"Retry-After": "1"}) from failure
        return Consumer(
            number=number,
            stream=STREAM,
            name=name,
            api_prefix=API_PREFIX,
            inbox_prefix=inbox_prefix(account.id),
            subjects=list(subjects),
            epoch=state.lineage.epoch,
            first=state.first,
            last=state.last,
        )

    async def remove(self, account: AccountRow, number: int) -> None:
        """Drop it; one that is not there is gone already. Raises `Problem` ``unavailable``."""
        try:
            await self._manager().delete_consumer(STREAM, consumer_name(account.id, number))
        except NotFoundError:
            return
        except (NatsError, OSError, TimeoutError) as failure:
            raise Problem("unavailable", headers={"Retry-After": "1"}) from failure

    def _manager(self) -> JetStreamManager:
        connection = self._connection()
        if connection is None or not connection.is_connected:
            raise Problem("unavailable", headers={"Retry-After": "1"})
        return connection.jetstream(prefix=self._prefix)


def consumer_name(account_id: AccountId, number: int) -> str:
    """What a consumer is called on the stream."""
    return f"account-{account_id}-{number}"


def inbox_prefix(account_id: AccountId) -> str:
    """Where a program's answers come in: of its own, so that none reads another's."""
    return f"_INBOX.{account_id}"


def rights(account_id: AccountId) -> tuple[list[str], list[str]]:
    """What a program may publish, and what it may subscribe to: its own consumers and its own inbox."""
    publish: list[str] = []
    for number in NUMBERS:
        name = consumer_name(account_id, number)
        publish += [
            f"{API_PREFIX}.CONSUMER.INFO.{STREAM}.{name}",
            f"{API_PREFIX}.CONSUMER.MSG.NEXT.{STREAM}.{name}",
            f"$JS.ACK.{STREAM}.{name}.>",
        ]
    return publish, [f"{inbox_prefix(account_id)}.>"]


def subjects_of(account: AccountRow, wanted: Wanted) -> tuple[str, ...]:
    """The filters of a consumer. Raises `Problem` ``out_of_scope`` where nothing would come through."""
    may = whole_kinds(account.hearing)
    kinds = [kind for kind in may if wanted.types is None or kind in wanted.types]
    refused = sorted((wanted.types or frozenset()) - set(may))
    if refused or not kinds:
        raise Problem("out_of_scope", scope=", ".join(refused) or "NATS")
    if len(kinds) == len(KINDS):
        kinds = ["*"]
        if wanted.member_id is None and wanted.ticket_id is None:
            return (SUBJECTS,)
    about = f"{SUBJECTS.removesuffix('.>')}.{wanted.member_id or '*'}.{wanted.ticket_id or '*'}"
    return tuple(f"{about}.{kind}" for kind in kinds)


async def _make(manager: JetStreamManager, name: str, subjects: tuple[str, ...], after: int | None) -> None:
    start = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    try:
        known = (await manager.consumer_info(STREAM, name)).config
    except NotFoundError:
        known = None
    if known is not None and after is None:
        start = ConsumerConfig(deliver_policy=known.deliver_policy, opt_start_seq=known.opt_start_seq)
    if known is not None and after is not None:
        await manager.delete_consumer(STREAM, name)
    if after is not None:
        start = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1)
    config = start.evolve(
        name=name,
        durable_name=name,
        ack_policy=AckPolicy.EXPLICIT,
        max_ack_pending=_PENDING_MAX,
        inactive_threshold=_UNUSED_S,
        filter_subjects=list(subjects),
    )
    await manager.add_consumer(STREAM, config)
