"""A conversation opens where the unread begins, and what is seen there is no longer new."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.people import Keep, People, Person
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LINE_AT = """() => {
  const box = document.querySelector('.messages').getBoundingClientRect();
  const line = document.querySelector('.unread-line')?.getBoundingClientRect();
  return line === undefined ? null : (line.top - box.top) / box.height;
}"""
"""At which part of the view's height the line stands."""


async def asked(person: Person) -> str:
    """A ticket of the customer's; its path."""
    category = (await person.get("categories"))["items"][0]["id"]
    wish = {"title": "Длинный разговор", "description": "По порядку.", "category_id": category}
    return f"tickets/{(await person.post('tickets', wish))['number']}"


async def unread(person: Person, place: str) -> int:
    return int((await person.get(place))["unread_count"])


async def test_it_opens_at_the_first_unread_message_and_reads_on_from_there(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    customer, helper = await person("customer"), await person("helper")
    place = await asked(customer)
    await customer.post(f"{place}/messages", {"content": "Спрашиваю"})
    for number in range(70):  # more than come with the first page
        await helper.post(f"{place}/messages", {"content": f"Ответ {number}"})
    page = await phone.new_page()
    await page.goto(f"/app/?as=customer#/{place.replace('tickets', 't')}")
    line = page.get_by_text("Непрочитанные сообщения", exact=True)
    await expect(line).to_be_in_viewport()
    await until(lambda: page.evaluate(LINE_AT), lambda part: part is not None and 0 < part < 0.4)
    await expect(page.get_by_text("Спрашиваю")).to_be_in_viewport()
    await expect(page.get_by_text("Ответ 0", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Ответ 69", exact=True)).not_to_be_in_viewport()
    end = page.get_by_role("button", name="К последним сообщениям")
    await expect(end).to_contain_text("новы")
    await keep(page, "opened")

    async def counted() -> tuple[int, str]:
        return await unread(customer, place), await end.inner_text()

    # so many were in sight, and the server knows
    left, _ = await until(counted, lambda told: told[0] < 70 and f"{told[0]} нов" in told[1])
    assert left > 40

    await helper.post(f"{place}/messages", {"content": "И ещё одно"})
    await expect(end).to_contain_text(f"{left + 1} нов")
    await expect(page.get_by_text("И ещё одно")).not_to_be_in_viewport()
    await expect(line).to_be_in_viewport()  # nothing jumps
    await end.click()
    await expect(page.get_by_text("И ещё одно")).to_be_in_viewport()
    await expect(end).to_have_count(0)
    await until(lambda: unread(customer, place), lambda count: count == 0)
    await page.get_by_role("group", name="Переписка").focus()
    await page.keyboard.press("Home")
    await expect(line).to_be_visible()  # it stays until one leaves

    await page.get_by_role("button", name="Назад").click()
    await page.get_by_role("button", name="Длинный разговор").first.click()
    await expect(page.get_by_text("И ещё одно")).to_be_in_viewport()
    await expect(line).to_have_count(0)


async def test_what_fits_on_the_screen_is_read_at_once(phone: BrowserContext, person: People) -> None:
    customer, helper = await person("customer"), await person("helper")
    place = await asked(customer)
    await helper.post(f"{place}/messages", {"content": "Короткий ответ"})
    page = await phone.new_page()
    await page.goto(f"/app/?as=customer#/{place.replace('tickets', 't')}")
    await expect(page.get_by_text("Непрочитанные сообщения", exact=True)).to_be_in_viewport()
    await expect(page.get_by_role("button", name="К последним сообщениям")).to_have_count(0)
    await until(lambda: unread(customer, place), lambda count: count == 0)
