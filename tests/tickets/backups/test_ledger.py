"""The ledger beside a real log: what it keeps of it, and what is done again once the log was put back."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from tikethet_devstack.provision import Databases
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
from tikethet_events.member import BlockMember, ChangeRole, MemberBlocked, MemberCommand, UnblockMember, member_stream
from tikethet_events.word import InviteId, MemberId, Role
from tikethet_service.callers import public_key_of
from tikethet_service.settings import Mode, encode_key
from tikethet_tickets.backups.ended import Ended, what
from tikethet_tickets.backups.ledger import Ledger, doing_again
from tikethet_tickets.backups.making import make
from tikethet_tickets.backups.restoring import restore
from tikethet_tickets.handle.members import Profile
from tikethet_tickets.queries.first_admin import ADMINS, new_admin_link
from tikethet_tickets.queries.members import count_with_roles
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.routes.house import House
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import VIEWS_SCHEMA, open_house, prepare

from tests.tickets.backups.house import NOW, fresh
from tests.tickets.backups.house import House as Furnished
from tests.tickets.handle.conftest import ADMIN, request


async def test_the_ledger_outlives_a_line_cut_short(house: Furnished, tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_text('\n{"member_id":"a","erased_at":"2026-03-01T03:15:00Z"}\n\n{"member_id":"b","era')
    async with asyncpg.create_pool(house.tickets, min_size=1, max_size=1) as pool:
        ledger = Ledger(path, pool)
        assert [line.member_id for line in ledger.lines()] == ["a"]
        await pool.execute("INSERT INTO tickets.member_keys VALUES ('b', NULL, $1), ('c', NULL, $1)", NOW)
        await pool.execute("INSERT INTO tickets.member_keys VALUES ('a', $1, NULL)", b"wrapped")
        await noted(ledger)
        assert {line.member_id for line in ledger.lines()} == {"a", "b", "c"}
        assert await noted(ledger) == 0
        again: list[Ended] = []

        async def do(line: Ended) -> None:
            again.append(line)

        assert await ledger.replay(do, NOW) == 1
        assert [line.member_id for line in again] == ["a"]


async def noted(ledger: Ledger) -> int:
    """Let it look once; how many lines that gave."""
    ended, _ = await ledger.ended()
    return len(ledger.note(ended, {what(line) for line in ledger.lines()}))


@dataclass
class Desk:
    """A desk that can be backed up and put back, its ledger beside it."""

    settings: Settings
    database: Furnished
    folder: Path
    people: dict[str, Viewer] = field(default_factory=dict)

    def ledger(self, house: House) -> Ledger:
        return Ledger(self.folder / "erasures.jsonl", house.reader)

    async def replay(self, house: House) -> int:
        epoch = (await house.log.head()).epoch
        again = doing_again(house.members, house.programs, house.keys, epoch, house.now)
        return await self.ledger(house).replay(again, house.now())

    async def joins(self, house: House, name: str, telegram_id: int) -> None:
        profile = Profile(telegram_id=telegram_id, first_name=name, last_name=None, username=None, language="ru")
        done = await house.members.join(request("service:gateway"), profile)
        role = Role.ADMIN if telegram_id == ADMIN else Role.USER
        self.people[name] = Viewer(MemberId(done.stream_id.removeprefix("member-")), role)

    async def does(self, house: House, who: str, whom: str, command: MemberCommand) -> None:
        await house.members.act(
            request(self.people[who].member_id), self.people[who], self.people[whom].member_id, command
        )

    async def opens(self, house: House, name: str, token: str) -> None:
        member = self.people[name].member_id
        await house.members.use_invite(request(member), member, token)

    async def standing(self, house: House, name: str) -> tuple[str, bool]:
        sql = "SELECT role, blocked FROM tickets.members WHERE id = $1::uuid"
        return tuple(await house.reader.fetchrow(sql, self.people[name].member_id))

    async def told(self, house: House, name: str) -> list[Recorded]:
        return await house.log.read_stream(member_stream(self.people[name].member_id))

    async def put_back(self, archive: Path) -> None:
        await restore(archive, self.database.tickets, self.database.bot, None, self.settings.secret, VIEWS_SCHEMA)
        await prepare(self.settings)


@pytest.fixture
async def desk(postgres: Databases, tmp_path: Path) -> Desk:
    """A desk with an admin, the boss, and five people who joined."""
    database = await fresh(postgres)
    settings = Settings(
        tikethet_mode=Mode.TEST,
        port=0,
        service_key=encode_key(secrets.token_bytes(32)),
        service_public_keys={"gateway": public_key_of(secrets.token_bytes(32))},
        database_url=SecretStr(database.tickets),
        nats_url="nats://127.0.0.1:1",
        secret_key=SecretStr(encode_key(secrets.token_bytes(32))),
        admin_telegram_ids=frozenset({ADMIN}),
    )
    await prepare(settings)
    made = Desk(settings, database, tmp_path)
    async with open_house(settings) as house:
        for number, name in enumerate(("fired", "back", "spammer", "forgiven", "newcomer"), 1):
            await made.joins(house, name, number)
        await made.joins(house, "boss", ADMIN)
    return made


async def test_a_restore_revives_no_rights(desk: Desk, tmp_path: Path) -> None:
    until = datetime.now(UTC) + timedelta(days=5)
    async with open_house(desk.settings) as house:
        for name, role in (("fired", Role.ADMIN), ("back", Role.HELPER)):
            await desk.does(house, "boss", name, ChangeRole(role=role))
        boss = desk.people["boss"]
        links = [await house.members.invite(request(boss.member_id), boss, Role.HELPER) for _ in range(3)]
        ids = [InviteId(done.recorded[0].data.invite_id) for done, _ in links]  # type: ignore[attr-defined]
        archive = (await make(desk.database.tickets, desk.database.bot, None, tmp_path, NOW)).path

        await desk.does(house, "boss", "fired", ChangeRole(role=Role.HELPER))
        for role in (Role.USER, Role.HELPER):
            await desk.does(house, "boss", "back", ChangeRole(role=role))
        for name in ("spammer", "forgiven"):
            await desk.does(house, "boss", name, BlockMember(reason="Реклама", until=until))
        assert await noted(desk.ledger(house)) > 0  # what is said later is the last word, not what was noted first
        await desk.does(house, "boss", "forgiven", UnblockMember())
        await desk.opens(house, "newcomer", links[0][1])
        await house.members.revoke(request(boss.member_id), boss, ids[1])
        assert await noted(desk.ledger(house)) > 0
        assert await noted(desk.ledger(house)) == 0
    kept = (tmp_path / "erasures.jsonl").read_text()
    assert "Реклама" not in kept
    assert "spammer" not in kept

    await desk.put_back(archive)
    async with open_house(desk.settings) as house, open_house(desk.settings) as other:
        assert await desk.standing(house, "fired") == ("ADMIN", False)
        await asyncio.gather(desk.replay(house), desk.replay(other))
        assert await desk.replay(house) == 0
        assert await desk.standing(house, "fired") == ("HELPER", False)
        assert await desk.standing(house, "back") == ("HELPER", False)
        assert await desk.standing(house, "spammer") == ("USER", True)
        assert await desk.standing(house, "forgiven") == ("USER", False)
        (_, blocked) = await desk.told(house, "spammer")
        assert blocked.data == MemberBlocked(reason="Реклама", until=until)
        assert (blocked.metadata.actor, blocked.metadata.channel) == ("timer", "system")
        for _, token in links[:2]:
            with pytest.raises(Refused, match="not_found"):
                await desk.opens(house, "newcomer", token)
        await desk.opens(house, "newcomer", links[2][1])
        # A word of the desk as it is now goes before what the ledger heard of the desk that was.
        await desk.does(house, "boss", "fired", ChangeRole(role=Role.ADMIN))
        await desk.does(house, "boss", "spammer", UnblockMember())
        assert await desk.replay(other) == 0


async def test_the_last_admin_goes_all_the_same(desk: Desk, tmp_path: Path) -> None:
    async with open_house(desk.settings) as house:
        link = await new_admin_link(house.reader, datetime.now(UTC))
        archive = (await make(desk.database.tickets, desk.database.bot, None, tmp_path, NOW)).path
        await desk.does(house, "boss", "back", ChangeRole(role=Role.ADMIN))
        desk.people["back"] = Viewer(desk.people["back"].member_id, Role.ADMIN)
        await desk.does(house, "back", "boss", ChangeRole(role=Role.USER))
        await desk.does(house, "back", "boss", BlockMember(reason="x"))
        await noted(desk.ledger(house))
    await desk.put_back(archive)
    async with open_house(desk.settings) as house:
        assert await desk.replay(house) == 2
        assert await desk.standing(house, "boss") == ("USER", True)
        assert await count_with_roles(house.reader, ADMINS) == 0
        with pytest.raises(Refused, match="not_found"):  # a link that somebody may have used since
            await desk.opens(house, "newcomer", link)
        fresh_link = await new_admin_link(house.reader, datetime.now(UTC))
        await desk.opens(house, "newcomer", fresh_link)
        assert await desk.standing(house, "newcomer") == ("ADMIN", False)


async def test_a_reason_that_cannot_be_opened_lets_nobody_in(desk: Desk, tmp_path: Path) -> None:
    async with open_house(desk.settings) as house:
        archive = (await make(desk.database.tickets, desk.database.bot, None, tmp_path, NOW)).path
        await desk.does(house, "boss", "spammer", BlockMember(reason="Реклама"))
        await noted(desk.ledger(house))
    path = tmp_path / "erasures.jsonl"
    path.write_text(path.read_text().replace('"text":"', '"text":"AAAA'))
    await desk.put_back(archive)
    async with open_house(desk.settings) as house:
        assert await desk.replay(house) == 1
        assert (await desk.told(house, "spammer"))[-1].data == MemberBlocked()
