"""What the bot promises when things break: every message arrives once and in order, whatever dies meanwhile."""

import signal
from collections.abc import Awaitable, Callable

import pytest
from tikethet_devstack.process import free_port

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until, until_async


async def open_ticket(house: House, who: int) -> None:
    house.say(who, "Вопрос")
    await house.hears(who, "открыто")


async def test_what_comes_while_it_is_down_is_handled_when_it_is_back(house: House) -> None:
    await open_ticket(house, ANNA)
    await house.bot.kill()
    for number in range(5):
        house.say(ANNA, f"строка {number}")
    await house.bot.restart()
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Вопрос", *(f"строка {number}" for number in range(5)))


@pytest.mark.slow
async def test_what_a_cut_line_missed_is_recovered(house: House) -> None:
    await open_ticket(house, ANNA)
    house.say(ANNA, "не услышано", quiet=True)
    house.telegram.server.cut()
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Вопрос", "не услышано")


async def test_a_gap_is_noticed_by_the_next_update(house: House) -> None:
    await open_ticket(house, ANNA)
    house.say(ANNA, "первое", quiet=True)
    house.say(ANNA, "второе")
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Вопрос", "первое", "второе")


@pytest.mark.parametrize("repeat_is_an_error", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_a_lost_acknowledgement_sends_nothing_twice(house: House, repeat_is_an_error: bool) -> None:  # noqa: FBT001
    house.telegram.repeat_is_an_error = repeat_is_an_error
    house.telegram.faults.lose_answers["messages.SendMessage"] = 1
    await open_ticket(house, ANNA)
    house.say(ANNA, "/help")
    await house.hears(ANNA, "Просто напишите")
    assert [each.message for each in house.heard(ANNA)].count(house.heard(ANNA)[0].message) == 1


async def test_a_flood_wait_delays_that_chat_only(house: House) -> None:
    house.telegram.limits.flood(ANNA, 8)
    house.say(ANNA, "/help")
    await until(lambda: house.telegram.limits.refused, "she has to wait")
    house.say(BORIS, "/help")
    first = await house.hears(BORIS, "Просто напишите")
    assert (await house.hears(ANNA, "Просто напишите")).id > first.id


@pytest.mark.slow
async def test_a_blocked_bot_does_not_try_again(house: House) -> None:
    house.say(HELPER, "/start")
    await house.hears(HELPER, "новые обращения")  # from now on she hears of them
    await open_ticket(house, ANNA)
    card = await house.hears(HELPER, "🆕")
    house.telegram.people.block(ANNA, house.account)
    house.say(HELPER, "Ответ в пустоту", reply_to=card.id)
    stopped = "SELECT 1 FROM bot.people WHERE telegram_id = $1 AND stopped_at IS NOT NULL"
    await until_async(lambda: house.rows(stopped, ANNA), "remembered as stopped")
    waiting = "SELECT 1 FROM bot.outbox WHERE chat_id = $1 AND delivered_at IS NULL AND given_up IS NULL"

    async def nothing_waits() -> bool:
        return not await house.rows(waiting, ANNA)

    await until_async(nothing_waits, "nothing to be tried again")

    async def unreachable() -> bool:
        admin, anna = await house.join(ADMIN, "Игорь"), await house.join(ANNA, "Анна")
        return not (await house.command(admin, "GET", f"members/{anna}"))["reachable"]

    async def reachable() -> bool:
        return not await unreachable()

    await until_async(unreachable, "staff see that answers do not arrive")
    house.say(ANNA, "Я вернулась")
    admin, anna = await house.join(ADMIN, "Игорь"), await house.join(ANNA, "Анна")
    [ticket] = (await house.command(admin, "GET", f"members/{anna}/tickets"))["items"]
    await house.hold(ticket, "Вопрос", "Ответ в пустоту", "Я вернулась")
    await until_async(reachable, "staff see that they arrive again")


async def killed(house: House) -> None:
    await house.bot.kill()


async def bereft_of_its_lease(house: House) -> None:
    """The database lets go of it: whoever held it must end before it says another word."""
    locks = """SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND usename = current_user AND datname = current_database()"""
    assert len(await house.rows(locks)) == 1


async def frozen(house: House) -> None:
    """The same while it sleeps: it wakes when another one has the session."""
    house.bot.process.signal(signal.SIGSTOP)
    await bereft_of_its_lease(house)


@pytest.mark.slow
@pytest.mark.parametrize("struck", [killed, bereft_of_its_lease, frozen])
async def test_a_second_process_waits_for_its_turn(house: House, struck: Callable[[House], Awaitable[None]]) -> None:
    port = free_port()
    second = house.service("bot", house.bot_env, port=port)
    await second.start()
    try:
        await house.telegram_is("up", "standing by", port=port)
        house.say(ANNA, "/help")
        first = await house.hears(ANNA, "Просто напишите")
        await struck(house)
        house.say(ANNA, "/help")
        await house.telegram_is("up", "@", port=port)
        await house.hears(ANNA, "Просто напишите", after=first.id)
        if struck is frozen:
            house.bot.process.signal(signal.SIGCONT)
        await until(lambda: not house.bot.alive, "the first one ends")
        house.say(ANNA, "/privacy")
        await house.hears(ANNA, "храним")
        used = sorted(each.asked_at for each in house.telegram.server.sessions.values() if each.asked_at)
        assert len(used) == 2, "one session of each process"
        assert used[0][-1] < used[1][0], "never both, and never the first again"
        texts = [each.message for each in house.heard(ANNA)]
        assert len([each for each in texts if "Просто напишите" in each]) == 2
    finally:
        await second.stop()


@pytest.mark.slow
async def test_a_revoked_session_signs_in_once_anew_then_says_so(house: House) -> None:
    house.telegram.server.revoke()
    house.say(ANNA, "/help")
    await house.hears(ANNA, "Просто напишите")
    house.telegram.server.revoke()
    await house.telegram_is("down", "revoked")


@pytest.mark.slow
async def test_a_refused_account_is_told_apart(house: House) -> None:
    await house.bot.kill()
    await house.rows("DELETE FROM bot.session RETURNING 1")
    for error, words in (("ACCESS_TOKEN_INVALID", "TELEGRAM_BOT_TOKEN"), ("API_ID_INVALID", "TELEGRAM_API_ID")):
        house.telegram.faults.errors["auth.ImportBotAuthorization"] = [(400, error)]
        await house.bot.restart()
        await house.telegram_is("down", words)
    house.telegram.faults.refuse = True
    await house.bot.restart()
    await house.telegram_is("down", "cannot be reached")
    house.telegram.faults.refuse = False
    await house.telegram_is("up", "@")
