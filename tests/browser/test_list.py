"""The list of tickets while it is read on and read again at the same time."""

import asyncio
import re

import pytest
from playwright.async_api import BrowserContext, Route, expect

from tests.browser.people import People
from tests.browser.waiting import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LIST = re.compile(r"/api/v1/tickets\?")
MORE_THAN_A_PAGE = 40
PULL = """() => {
  const list = document.querySelector('.list-pane .scroll');
  for (const [kind, y] of [['touchstart', 100], ['touchmove', 400], ['touchend', 400]]) {
    const touch = new Touch({ identifier: 1, target: list, clientX: 100, clientY: y });
    const touches = kind === 'touchend' ? [] : [touch];
    list.dispatchEvent(new TouchEvent(kind, { touches, changedTouches: [touch], bubbles: true }));
  }
}"""
"""A finger draws the list down, which reads it again."""


class Held:
    """A question on its way, until it may go on."""

    def __init__(self) -> None:
        self.is_met, self.goes_on = asyncio.Event(), asyncio.Event()

    async def meet(self) -> None:
        self.is_met.set()
        await self.goes_on.wait()

    async def was_met(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.is_met.wait()


async def many_tickets(person: People) -> None:
    """More than come with the first page."""
    customer = await person("customer")
    category = (await customer.get("categories"))["items"][0]["id"]
    for number in range(MORE_THAN_A_PAGE):
        await customer.post(
            "tickets", {"title": f"Один из многих {number}", "description": "…", "category_id": category}
        )


async def test_an_older_page_that_came_while_the_list_was_read_again_comes_by_itself(
    phone: BrowserContext, person: People
) -> None:
    await many_tickets(person)
    page = await phone.new_page()
    await page.set_viewport_size({"width": 390, "height": 4000})  # the end of the first page is in sight from the start
    older, again = Held(), Held()

    async def hold(route: Route) -> None:
        if "cursor=" in route.request.url:
            await older.meet()
        elif older.is_met.is_set():
            await again.meet()
        await route.continue_()

    await page.route(LIST, hold)
    await page.goto("/app/?as=customer")
    rows = page.get_by_role("listitem")
    await older.was_met()
    await page.evaluate(PULL)
    await again.was_met()
    async with page.expect_response(lambda answer: "cursor=" in answer.url):
        older.goes_on.set()
    await expect(rows).to_have_count(30)
    async with page.expect_response(lambda answer: "cursor=" in answer.url):
        again.goes_on.set()
    await expect(rows).not_to_have_count(30)
