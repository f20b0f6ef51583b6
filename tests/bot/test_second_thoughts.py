"""What people do after they said something: change it, take it back, find that it belonged elsewhere."""

from typing import Any

from pyrogram import raw

from tests.bot.house import HELPER, House, until_async
from tests.bot.test_files import opened


def edit(house: House, who: int, message: Any, text: str) -> None:
    house.telegram.people.edit(who, house.account, message.id, text)


async def test_an_edit_that_changes_no_word_adds_nothing(town: House, anna: int) -> None:
    first = town.say(anna, "Смотрите: https://example.org")
    await town.hears(anna, "открыто")
    [ticket] = await town.tickets_of(anna)
    edit(town, anna, first, "Смотрите: https://example.org")  # the link got its preview
    edit(town, anna, first, "Смотрите сюда")
    edit(town, anna, first, "Смотрите сюда")
    edit(town, anna, first, "Смотрите туда")
    town.say(anna, "Видно?")
    said = ("Исправление: Смотрите сюда", "Исправление: Смотрите туда", "Видно?")
    await town.hold(ticket, "Смотрите: https://example.org", *said)


async def test_a_correction_as_long_as_a_message_may_be_is_kept(town: House, anna: int) -> None:
    first = town.say(anna, "Коротко")
    await town.hears(anna, "открыто")
    [ticket] = await town.tickets_of(anna)
    edit(town, anna, first, "я" * 4096)
    await town.hold(ticket, "Коротко", "я" * 4096)


async def test_whoever_shares_where_they_go_says_it_once(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Где курьер?")
    point = raw.types.GeoPoint(long=1.0, lat=2.0, access_hash=1)
    said = town.say(anna, "", media=raw.types.MessageMediaGeoLive(geo=point, period=900))
    moved = raw.types.GeoPoint(long=1.5, lat=2.5, access_hash=1)
    said.media = raw.types.MessageMediaGeoLive(geo=moved, period=900)
    edit(town, anna, said, "")
    venue = raw.types.MessageMediaVenue(
        geo=point, title="Кафе «Ромашка»", address="Ленина, 5", provider="", venue_id="", venue_type=""
    )
    town.say(anna, "", media=venue)
    place = "📍 2.000000, 1.000000"
    await town.hold(ticket, "Где курьер?", place, f"Кафе «Ромашка», Ленина, 5\n{place}")


async def test_words_that_wait_for_a_tap_change_and_go(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Сколько ждать?")
    town.tap(HELPER, await town.hears(HELPER, "Сколько ждать?"), "Взять")
    await town.hears(HELPER, f"#{ticket['number']} теперь ваше")
    words = town.say(HELPER, "Три дния")
    asked = await town.hears(HELPER, "Куда это отправить?", after=words.id)
    edit(town, HELPER, words, "Три дня")
    town.tap(HELPER, asked, f"Ответ в #{ticket['number']}")
    await town.hears(anna, "Три дня")
    words = town.say(HELPER, "Или неделю")
    asked = await town.hears(HELPER, "Куда это отправить?", after=words.id)
    town.telegram.people.delete(town.account, [words.id])
    town.tap(HELPER, asked, f"Ответ в #{ticket['number']}")
    await town.hears(HELPER, "отправлено или удалено", after=asked.id)
    await town.hold(ticket, "Сколько ждать?", "Три дня")


async def test_a_note_stays_marked_without_its_mark(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Что с щитом?")
    card = await town.hears(HELPER, "Что с щитом?")
    note = town.say(HELPER, "//продал", reply_to=card.id)
    await town.hold(ticket, "Что с щитом?", "продал")
    edit(town, HELPER, note, "//продал сам")
    await town.hold(ticket, "Что с щитом?", "продал сам")
    assert not [each for each in town.heard(anna) if "продал" in each.message]


async def closed_and_asked_again(town: House, anna: int) -> tuple[Any, Any, Any]:
    """An old ticket that was closed, a new one, and the message that offers to join them."""
    old = await opened(town, anna, "Не приходит код")
    await town.command(await town.join(HELPER, "Мария"), "POST", f"tickets/{old['id']}/close", {})
    closed = await town.hears(anna, "закрыто")
    town.say(anna, "Опять не приходит")
    offer = await town.hears(anna, "открыто", after=closed.id)
    return old, (await town.tickets_of(anna))[1], offer


async def test_what_was_added_meanwhile_goes_along_to_the_old_one(town: House, anna: int) -> None:
    old, new, offer = await closed_and_asked_again(town, anna)
    for words in ("ни на почту", "ни в приложение"):
        town.say(anna, words)
    await town.hold(new, "Опять не приходит", "ни на почту", "ни в приложение")
    town.tap(anna, offer, f"Это про #{old['number']}")
    await town.hears(anna, f"Добавлено к обращению #{old['number']}", after=offer.id)
    await town.hold(old, "Не приходит код", "Опять не приходит", "ни на почту", "ни в приложение")


async def test_a_ticket_that_was_answered_stays_apart(town: House, anna: int) -> None:
    old, new, offer = await closed_and_asked_again(town, anna)
    helper = await town.join(HELPER, "Мария")
    await town.command(helper, "POST", f"tickets/{new['id']}/messages", {"content": "Уже чиним"})
    town.tap(anna, offer, f"Это про #{old['number']}")
    await town.hears(anna, "Оставляем отдельно", after=offer.id)

    async def going() -> bool:
        return [each["status"] for each in await town.tickets_of(anna)] == ["CLOSED", "WAITING_RESPONSE"]

    await until_async(going, "both as they were")


async def test_a_ticket_closed_long_ago_stays_apart(town: House, anna: int) -> None:
    old, _, offer = await closed_and_asked_again(town, anna)
    sql = "UPDATE tickets.tickets SET closed_at = closed_at - interval '8 days' WHERE number = $1"
    await town.desk_rows(sql, old["number"])
    town.tap(anna, offer, f"Это про #{old['number']}")
    await town.hears(anna, "Оставляем отдельно", after=offer.id)


async def test_words_that_were_too_long_are_still_waited_for(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Как сменить имя?")
    town.tap(HELPER, await town.hears(HELPER, "Как сменить имя?"), "Решено")
    town.tap(anna, await town.hears(anna, "Оцените ответ"), "5 ★")
    town.tap(anna, await town.hears(anna, "★★★★★"), "пару слов")
    await town.hears(anna, "Что понравилось")
    town.say(anna, "Очень! " * 100)
    await town.hears(anna, "Слишком длинно: не больше 500")
    town.say(anna, "Очень!")
    await town.hears(anna, "передали команде")
    [rated] = await town.tickets_of(anna)
    assert (rated["status"], rated["rating"]) == ("RESOLVED", 5)
    await town.hold(ticket, "Как сменить имя?")
