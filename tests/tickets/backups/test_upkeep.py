"""What those who look after the installation hear, once a day, whoever of several processes looks."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tikethet_service.metrics import REGISTRY
from tikethet_tickets.backups.upkeep import FEEDS, Upkeep, lags
from tikethet_tickets.queries.notifications import list_notifications
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.wiring import utc_now

from tests.tickets.handle.conftest import ADMIN, Pair


def watching(pair: Pair, *, later: timedelta, reporting: bool = True, folder: Path | None = None) -> list[Upkeep]:
    return [
        Upkeep(house.reader, house.desk, lambda: None, lambda: utc_now() + later, folder=folder, reporting=reporting)
        for house in (pair.one, pair.two)
    ]


async def heard(pair: Pair) -> list[str]:
    listed = await list_notifications(pair.one.reader, pair.people[ADMIN], PageRequest())
    return [item.text for item in listed.items if item.kind == "SYSTEM"]


async def test_admins_hear_once_a_day_that_a_back_up_is_overdue(pair: Pair) -> None:
    customer = await pair.joins(1)
    for later, times in ((timedelta(hours=35), 0), (timedelta(days=2), 1), (timedelta(days=3), 2)):
        for upkeep in watching(pair, later=later) * 2:
            await upkeep.look(report=True)
        assert await heard(pair) == ["Давно не было резервной копии: последней больше 36 часов"] * times
    listed = await list_notifications(pair.one.reader, customer, PageRequest())
    assert not listed.items


async def test_nobody_hears_after_a_back_up_or_where_nothing_is_reported(pair: Pair) -> None:
    (quiet, _) = watching(pair, later=timedelta(days=5), reporting=False)
    await quiet.look(report=True)
    await pair.one.reader.fetch("INSERT INTO tickets.backups VALUES ($1, 1, 1)", utc_now() + timedelta(days=4))
    (fed, _) = watching(pair, later=timedelta(days=5))
    await fed.look(report=True)
    assert await heard(pair) == []
    age = REGISTRY.get_sample_value("tikethet_backup_age_seconds")
    assert age == pytest.approx(timedelta(days=1).total_seconds(), abs=3600)


async def test_the_disk_is_measured(pair: Pair, tmp_path: Path) -> None:
    (upkeep, _) = watching(pair, later=timedelta(), folder=tmp_path)
    await upkeep.look(report=False)
    used = REGISTRY.get_sample_value("tikethet_disk_used_ratio")
    assert used is not None
    assert 0 < used < 1


def test_consumers_without_a_name_are_one_and_the_slowest_counts() -> None:
    def consumer(name: str, durable: str | None, pending: int, unanswered: int) -> SimpleNamespace:
        config = SimpleNamespace(durable_name=durable)
        return SimpleNamespace(name=name, config=config, num_pending=pending, num_ack_pending=unanswered)

    found = [
        consumer("telegram", "telegram", 3, 2),
        consumer("feed-1", None, 7, 0),
        consumer("feed-2", None, 1, 0),
        consumer("crm", "crm", 0, 0),
    ]
    assert lags(found) == {"telegram": 5, FEEDS: 7, "crm": 0}
