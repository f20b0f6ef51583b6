"""The staff group of a house, as tests meet it."""

from typing import Any

from tikethet_devstack.telegram.groups import Group, icon_of

from tests.bot.house import ADMIN, BORIS, HELPER, House, until

RIGHTS = ("manage_topics", "delete_messages")


async def link_of(house: House, who: int = ADMIN) -> str:
    """The secret part of the link that the bot gives an admin."""
    asked = house.say(who, "/group")
    message = await house.hears(who, "Подключим группу", after=asked.id)
    url: str = message.reply_markup.rows[0].buttons[0].type.url
    assert "&admin=manage_topics+delete_messages" in url
    return url.partition("startgroup=")[2].partition("&")[0]


async def connected(house: House, *rights: str) -> Group:
    """The staff group, with the bot in it."""
    house.say(ADMIN, "/start")
    crowd = house.telegram.crowd
    group = crowd.group("Поддержка", ADMIN, HELPER, BORIS)
    crowd.start_group(ADMIN, group, house.account, await link_of(house), *(rights or RIGHTS))
    return group


async def said(house: House, group: Group, text: str, topic: int | None = None) -> Any:
    """The bot's message in the group that says this."""

    def found() -> Any:
        messages = house.telegram.crowd.messages(group, topic)
        mine = [each for each in messages if each.from_id.user_id == house.account.id]
        return next((each for each in mine if text in (getattr(each, "message", None) or "")), None)

    return await until(found, f"{text!r} in the group")


async def topic_of(group: Group, title: str) -> int:
    """The topic whose title says this."""

    def found() -> int | None:
        return next((each.id for each in group.topics.values() if each is not None and title in each.title), None)

    topic: int = await until(found, f"a topic {title!r}")
    return topic


async def looks(group: Group, topic: int, icon: str, *, closed: bool = False) -> None:
    def so() -> bool:
        found = group.topics[topic]
        return icon_of(found.icon_emoji_id) == icon and bool(found.closed) == closed

    await until(so, f"{icon} closed={closed}")
