"""Files both ways: kept with what was said, shown where they are, albums whole."""

from collections.abc import Callable
from typing import Any

import pytest
from pyrogram import raw
from tikethet_devstack.telegram import media

from tests.bot.house import ANNA, HELPER, House, until, until_async
from tests.bot.rules.test_measuring import mp4, opus, track

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0500f0004"
    "850180842a95df0000000049454e44ae426082"
)


def photo(house: House, number: int) -> Any:
    return media.photo(house.telegram.world, PNG + bytes([number]))


def document(house: House, name: str, content: bytes) -> Any:
    named = raw.types.DocumentAttributeFilename(file_name=name)
    return media.document(house.telegram.world, content, "text/plain", [named])


def files_of(house: House, message: Any) -> bytes:
    """The content of what a message shows."""
    carried: Any = message.media
    shown: Any = carried.photo if isinstance(carried, raw.types.MessageMediaPhoto) else carried.document
    return house.telegram.world.files[shown.id]


def album(house: House, who: int, caption: str, *files: Any) -> list[int]:
    grouped = house.account.box.last_id + 5_000_000
    return [
        house.say(who, caption if not at else "", media=each, grouped_id=grouped).id for at, each in enumerate(files)
    ]


async def killed_in_an_album(house: House, begin: Callable[[int], Any]) -> list[int]:
    """Begin albums until one is still incomplete as the bot is killed; all that were begun, the incomplete one last.

    The bot waits a second for the rest of one, and a busy machine may be slower than that.
    """
    begun: list[int] = []
    while True:
        begun.append(7700 + len(begun))
        begin(begun[-1])

        async def journalled() -> bool:
            return bool(await house.rows("SELECT 1 FROM bot.journal WHERE album = $1", begun[-1]))

        await until_async(journalled, "the first part")
        await house.bot.kill()
        incomplete = "SELECT 1 FROM bot.journal WHERE album = $1 AND plan IS NULL AND done_at IS NULL"
        if await house.rows(incomplete, begun[-1]):
            return begun
        await house.bot.restart()


async def opened(house: House, who: int, text: str) -> Any:
    house.say(who, text)
    await house.hears(who, "открыто")
    [ticket] = await house.tickets_of(who)
    return ticket


async def test_an_album_is_one_message_both_ways(town: House, anna: int) -> None:
    ids = album(town, anna, "Три снимка", *(photo(town, each) for each in range(3)))
    said = await town.hears(anna, "открыто")
    assert said.reply_to.reply_to_msg_id == ids[0]
    [ticket] = await town.tickets_of(anna)
    assert (ticket["description"], len(ticket["attachments"])) == ("Три снимка", 3)
    card = await town.hears(HELPER, "Три снимка")

    async def shown() -> list[Any]:
        found = [each for each in town.heard(HELPER) if each.id > card.id and each.grouped_id]
        return found if len(found) == 3 else []

    assert [files_of(town, each) for each in await until_async(shown, "the album")] == [
        PNG + bytes([each]) for each in range(3)
    ]
    ids = album(town, HELPER, "", *(photo(town, 7 + each) for each in range(2)))
    town.tap(HELPER, card, "Взять")
    await town.hears(HELPER, "Куда это отправить", after=ids[-1])
    await town.hears(HELPER, f"#{ticket['number']} теперь ваше")
    again = album(town, HELPER, "А вот ответ", *(photo(town, 17 + each) for each in range(2)))
    asked = await town.hears(HELPER, "Куда это отправить", after=again[-1])
    town.tap(HELPER, asked, f"Ответ в #{ticket['number']}")
    first = await town.hears(anna, "А вот ответ")

    async def answer() -> list[Any]:
        found = [each for each in town.heard(anna) if each.grouped_id and each.grouped_id == first.grouped_id]
        return found if len(found) == 2 else []

    assert [files_of(town, each) for each in await until_async(answer, "the answer's album")] == [
        PNG + bytes([17 + each]) for each in range(2)
    ]


async def test_an_answer_with_files_arrives_with_them(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Как выглядит щит?")
    card = await town.hears(HELPER, "Как выглядит щит?")
    town.say(HELPER, "Вот так", media=photo(town, 42), reply_to=card.id)
    answer = await town.hears(anna, "Вот так")
    assert files_of(town, answer) == PNG + bytes([42])
    assert isinstance(answer.media, raw.types.MessageMediaPhoto)
    town.say(HELPER, "И описание", media=document(town, "щит.txt", b"line\n" * 150_000), reply_to=card.id)
    answer = await town.hears(anna, "И описание")
    assert files_of(town, answer) == b"line\n" * 150_000
    town.say(anna, "Спасибо, понял", reply_to=answer.id)
    await town.hold(ticket, "Как выглядит щит?", "Вот так", "И описание", "Спасибо, понял")


async def test_a_long_answer_goes_before_its_file(town: House, anna: int) -> None:
    await opened(town, anna, "Расскажите подробно")
    shown = await town.hears(HELPER, "Расскажите подробно")
    town.say(HELPER, "длинно " * 200, media=document(town, "ответ.txt", b"answer"), reply_to=shown.id)
    words = await town.hears(anna, "длинно")
    assert words.media is None

    async def file() -> Any:
        return next((each for each in town.heard(anna) if each.id > words.id and each.media is not None), None)

    assert files_of(town, await until_async(file, "the file")) == b"answer"


async def test_one_picture_of_an_album_taken_back_leaves_the_rest(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Сломался лук")
    ids = album(town, anna, "Вот он", *(photo(town, each) for each in range(2)))
    await town.hold(ticket, "Сломался лук", "Вот он")
    town.telegram.people.delete(town.account, [ids[1]])
    town.say(anna, "и стрелы")
    await town.hold(ticket, "Сломался лук", "Вот он", "и стрелы")
    town.telegram.people.delete(town.account, [ids[0]])

    async def gone() -> bool:
        return (await town.said_in(ticket))[1] is None

    await until_async(gone, "the deletion")


@pytest.mark.slow
async def test_an_album_survives_a_kill_in_its_middle(house: House) -> None:
    ticket = await opened(house, ANNA, "Вопрос")

    def begin(grouped: int) -> None:
        house.say(ANNA, "Альбом", media=photo(house, 1), grouped_id=grouped)

    begun = await killed_in_an_album(house, begin)
    house.say(ANNA, "", media=photo(house, 2), grouped_id=begun[-1])
    house.say(ANNA, "после него")
    await house.bot.restart()

    await house.hold(ticket, "Вопрос", *["Альбом"] * len(begun), "после него")
    *_, whole, last = await house.messages_of(ticket)
    assert (len(whole["attachments"]), len(last["attachments"])) == (2, 0)


async def test_an_edit_that_no_longer_fits_under_its_file_is_said_beside_it(town: House, anna: int) -> None:
    await opened(town, anna, "Чем чинить доспех?")
    card = await town.hears(HELPER, "Чем чинить доспех?")
    said = town.say(HELPER, "Вот этим", media=photo(town, 91), reply_to=card.id)
    answer = await town.hears(anna, "Вот этим")
    town.telegram.people.edit(HELPER, town.account, said.id, "подробнее " * 150)
    longer = await town.hears(anna, "подробнее", after=answer.id)
    assert longer.reply_to.reply_to_msg_id == answer.id
    assert answer.media is not None


async def test_voice_and_video_go_out_with_their_length_and_size(town: House, anna: int) -> None:
    world = town.telegram.world
    voiced, filmed, round_one = opus(3.5), mp4(track(640, 480)), mp4(track(384, 384), seconds=2.0)
    await opened(town, anna, "Запишите ответ голосом")
    card = await town.hears(HELPER, "Запишите ответ голосом")
    spoken = raw.types.DocumentAttributeAudio(duration=3, voice=True)
    town.say(HELPER, "", media=media.document(world, voiced, "audio/ogg", [spoken]), reply_to=card.id)
    for film, circle in ((filmed, False), (round_one, True)):
        shown = raw.types.DocumentAttributeVideo(duration=1.0, w=1, h=1, round_message=circle or None)
        town.say(HELPER, "", media=media.document(world, film, "video/mp4", [shown]), reply_to=card.id)

    def carried(content: bytes, kind: Any) -> Any:
        """What Telegram was told of the file with this content."""
        for each in town.heard(anna):
            if each.media is not None and files_of(town, each) == content:
                return next(a for a in each.media.document.attributes if isinstance(a, kind))
        return None

    voice = await until(lambda: carried(voiced, raw.types.DocumentAttributeAudio), "the voice message")
    assert (voice.duration, voice.voice) == (4, True)
    video = await until(lambda: carried(filmed, raw.types.DocumentAttributeVideo), "the video")
    assert (video.duration, video.w, video.h) == (4.2, 640, 480)
    circle = await until(lambda: carried(round_one, raw.types.DocumentAttributeVideo), "the round video")
    assert (circle.duration, circle.w, circle.h, circle.round_message) == (2.0, 384, 384, True)
    assert not video.round_message


async def test_what_comes_too_late_for_an_album_of_notes_is_a_note(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Кто сломал ворота?")
    card = await town.hears(HELPER, "Кто сломал ворота?")
    grouped = town.account.box.last_id + 5_000_000
    town.say(HELPER, "//вот кто", media=photo(town, 33), grouped_id=grouped, reply_to=card.id)
    await town.hold(ticket, "Кто сломал ворота?", "вот кто")
    town.say(HELPER, "", media=photo(town, 34), grouped_id=grouped, reply_to=card.id)
    await town.hold(ticket, "Кто сломал ворота?", "вот кто", "")
    assert [each["is_internal"] for each in await town.messages_of(ticket)] == [True, True]
