"""What is known of members: asked once, kept right by events, however the two overtake each other."""

import asyncio
from dataclasses import replace

import pytest
from tikethet_notify.members import Members, NoSuchMember, Standing, Unreachable

USER = Standing("USER", blocked=False, language="ru", position=10)


def promoted(standing: Standing) -> Standing:
    return replace(standing, role="HELPER")


def demoted(standing: Standing) -> Standing:
    return replace(standing, role="USER")


class Answers:
    """Tickets, answering when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()

    async def __call__(self, _member_id: str) -> Standing:
        self.asked += 1
        return await asyncio.shield(self.answer)


async def test_many_who_ask_share_one_question() -> None:
    answers = Answers()
    members = Members(answers)
    asking = [asyncio.ensure_future(members.standing("a")) for _ in range(5)]  # noqa: TID251 - gathered below
    await asyncio.sleep(0)
    answers.answer.set_result(USER)
    assert await asyncio.gather(*asking) == [USER] * 5
    assert await members.standing("a") == USER
    assert answers.asked == 1


async def test_an_event_after_the_answer_counts_and_one_before_does_not() -> None:
    answers = Answers()
    admin = replace(USER, role="ADMIN")
    answers.answer.set_result(admin)
    members = Members(answers)
    assert members.heard(9, "a", demoted) is None
    await members.standing("a")
    assert members.heard(10, "a", demoted) == admin
    assert await members.standing("a") == admin
    assert members.heard(11, "a", demoted) == replace(USER, position=11)
    assert await members.standing("a") == replace(USER, position=11)


@pytest.mark.parametrize(("position", "role"), [(10, "USER"), (11, "HELPER")])
async def test_an_event_during_the_question_counts_if_the_answer_is_older(position: int, role: str) -> None:
    answers = Answers()
    members = Members(answers)
    asking = asyncio.ensure_future(members.standing("a"))  # noqa: TID251 - awaited below
    await asyncio.sleep(0)
    members.heard(position, "a", promoted)
    answers.answer.set_result(USER)
    assert (await asking).role == role
    known = members.known("a")
    assert known is not None
    assert known.role == role


async def test_an_answer_from_before_a_new_epoch_is_not_kept() -> None:
    answers = Answers()
    members = Members(answers)
    asking = asyncio.ensure_future(members.standing("a"))  # noqa: TID251 - awaited below
    await asyncio.sleep(0)
    members.forget()
    answers.answer.set_result(USER)
    await asking
    assert members.known("a") is None


@pytest.mark.parametrize("failure", [NoSuchMember, Unreachable])
async def test_a_failure_is_told_to_everyone_and_asked_again(failure: type[Exception]) -> None:
    answers = Answers()
    members = Members(answers)
    asking = [asyncio.ensure_future(members.standing("a")) for _ in range(2)]  # noqa: TID251 - gathered below
    await asyncio.sleep(0)
    answers.answer.set_exception(failure())
    assert [type(told) for told in await asyncio.gather(*asking, return_exceptions=True)] == [failure] * 2
    with pytest.raises(failure):
        await members.standing("a")
    assert answers.asked == 2
