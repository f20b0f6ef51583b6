"""What staff are shown to choose from, and whom a name means."""

from typing import Any

from tests.bot.house import ADMIN, HELPER, House
from tests.bot.test_tickets_in_the_chat import labels, opened, shown


async def join(town: House, telegram_id: int, name: str, username: str, role: str = "USER") -> str:
    body = {"telegram_id": telegram_id, "first_name": name, "username": username, "language": "ru"}
    found: Any = await town._call("POST", "internal/members/join", town._signer.own("tickets"), body)
    if role != "USER":
        admin = await town.join(ADMIN, "Игорь")
        await town.command(admin, "PUT", f"members/{found['id']}/role", {"role": role})
    return str(found["id"])


async def test_a_name_means_one_among_many_like_it(town: House) -> None:
    await join(town, 41_000, "Иван", "ivan")
    for number in range(1, 121):
        await join(town, 41_000 + number, "Иван", f"ivan{number}")
    town.say(ADMIN, "/role @Ivan")
    await town.hears(ADMIN, "(@ivan)")
    town.say(ADMIN, "/role 41001")
    await town.hears(ADMIN, "(@ivan1)")
    town.say(ADMIN, "/role @iva")
    await town.hears(ADMIN, "Не знаю, кто это: @iva")
    asked = town.say(ADMIN, "/role @ivan BOSS")
    await town.hears(ADMIN, "Напишите так", after=asked.id)


async def test_who_is_shut_out_is_no_colleague(town: House, anna: int) -> None:
    gone = await join(town, 42_000, "Ушёл", "gone", "HELPER")
    await join(town, 42_001, "Здесь", "here", "HELPER")
    admin = await town.join(ADMIN, "Игорь")
    await town.command(admin, "PUT", f"members/{gone}/blocked", {"blocked": True})
    screen = await shown(town, HELPER, await opened(town, anna, "Кому передать?"))
    town.tap(HELPER, screen, "Передать")
    offered = labels(await town.hears(HELPER, "Кому?", after=screen.id))
    assert "Здесь" in offered
    assert not {"Ушёл", "Мария"} & set(offered)


async def test_templates_are_those_of_the_topic(town: House, anna: int) -> None:
    admin = await town.join(ADMIN, "Игорь")
    ticket = await opened(town, anna, "Что ответите?")
    other = "01980000-0000-7000-8000-000000000004"
    for name, under in (("Сюда", [ticket["category"]["id"]]), ("Не сюда", [other]), ("Везде", [])):
        await town.command(admin, "POST", "templates", {"name": name, "texts": {"ru": "!"}, "category_ids": under})
    screen = await shown(town, HELPER, ticket)
    town.tap(HELPER, screen, "Шаблон")
    offered = labels(await town.hears(HELPER, "Чем ответить", after=screen.id))
    assert {"Сюда", "Везде"} <= set(offered)
    assert "Не сюда" not in offered


async def test_what_happened_is_told_by_the_desks_clock(town: House, anna: int) -> None:
    admin = await town.join(ADMIN, "Игорь")
    before = (await town.command(admin, "GET", "desk"))["time_zone"]
    await town.command(admin, "PATCH", "desk", {"time_zone": "Asia/Kathmandu"})
    try:
        ticket = await opened(town, anna, "Который час?")
        screen = await shown(town, HELPER, ticket)
        town.tap(HELPER, screen, "История")
        told = await town.hears(HELPER, "Что было с", after=screen.id)
    finally:
        await town.command(admin, "PATCH", "desk", {"time_zone": before})
    minutes = int(ticket["created_at"][14:16])
    assert f":{(minutes + 45) % 60:02} · " in told.message  # 5 hours and 45 minutes ahead


async def test_all_that_is_open_is_counted(town: House, anna: int) -> None:
    await opened(town, anna, "Первое")
    member = await town.join(anna, "Анна")
    category = (await town.command(member, "GET", "categories"))["items"][0]["id"]
    for number in range(11):
        await town.command(member, "POST", "tickets", {"title": f"Вопрос {number}", "category_id": category})
    town.say(anna, "/status")
    assert len(labels(await town.hears(anna, "У вас 12 открытых обращений"))) == 11  # ten of them, and the Mini App
