"""A new ticket without a network: it waits in the list, arrives once, and is never lost."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.people import Keep, People, Person
from tests.browser.phone import kept, loses_the_answer, the_first_post

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NUMBERED = re.compile(r"#/t/\d+$")
"""Where a ticket is that is open; until then it goes by its key."""


async def connected(phone: BrowserContext) -> Page:
    """The list, connected, with the app on the device."""
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await page.get_by_role("button", name="Новое обращение").click()
    await expect(page.locator("label", has_text="Технические проблемы")).to_be_visible()
    return page


async def fill(page: Page, title: str) -> None:
    await page.locator("label", has_text="Технические проблемы").click()
    await page.get_by_label("Коротко о главном").fill(title)
    await page.get_by_label("Подробности").fill("Пишу из метро.")


async def send(page: Page) -> None:
    await page.get_by_role("button", name="Отправить").click()


async def found(person: Person, title: str) -> list[dict[str, Any]]:
    """The tickets of that title, as the server has them."""
    return [each for each in (await person.get("tickets?size=100"))["items"] if each["title"] == title]


async def test_a_ticket_written_offline_is_opened_once_also_after_the_page_was_killed(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    title, words = f"Из метро {uuid4()}", f"И ещё вот что {uuid4()}"
    customer = await person("customer")
    page = await connected(phone)
    await phone.set_offline(True)
    await fill(page, title)
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Прикрепить файл").click()
    await (await chosen.value).set_files({"name": "журнал.txt", "mimeType": "text/plain", "buffer": b"12:00 boom"})
    await kept(page, "uploads", 1)
    await send(page)
    await expect(page.get_by_role("heading", name=title)).to_be_visible()
    await expect(page.get_by_text("Ждёт отправки").last).to_be_visible()
    await page.get_by_label("Сообщение", exact=True).fill(words)
    await send(page)
    await kept(page, "outbox", 2)
    await keep(page, "written")
    await page.close()

    again = await phone.new_page()
    await again.goto("/app/?as=customer")
    waiting = again.get_by_role("list", name="Ждут отправки").get_by_role("button", name=title)
    await expect(waiting).to_contain_text("Ждёт отправки")
    await keep(again, "list")
    await waiting.click()
    await expect(again.get_by_text(words)).to_be_visible()
    await again.reload()
    await expect(again.get_by_text(words)).to_be_visible()
    assert await found(customer, title) == []
    before = again.url  # by its key

    await phone.set_offline(False)
    await kept(again, "outbox", 0)
    (ticket,) = await found(customer, title)
    await again.wait_for_url(re.compile(f"#/t/{ticket['number']}$"))
    await expect(again.get_by_text(words)).to_have_count(1)
    said = (await customer.get(f"tickets/{ticket['id']}/messages"))["items"]
    assert [each["content"] for each in said] == [words]
    whole = await customer.get(f"tickets/{ticket['id']}")
    assert whole["description"] == "Пишу из метро."
    assert [file["filename"] for file in whole["attachments"]] == ["журнал.txt"]
    await again.get_by_role("button", name="Назад").click()
    await expect(again.get_by_role("button", name=title)).to_have_count(1)
    await expect(again.get_by_text("Ждёт отправки")).to_have_count(0)
    await again.goto("about:blank")
    await again.goto(before)  # as a tab that was left there
    await again.wait_for_url(re.compile(f"#/t/{ticket['number']}$"))
    await expect(again.get_by_text(words)).to_have_count(1)


async def test_an_answer_that_is_lost_opens_no_second_ticket(phone: BrowserContext, person: People) -> None:
    title = f"Один раз {uuid4()}"
    customer = await person("customer")
    page = await connected(phone)
    lost = await the_first_post(page, "**/api/v1/tickets", loses_the_answer)
    await fill(page, title)
    await send(page)
    await page.wait_for_url(NUMBERED)
    await kept(page, "outbox", 0)
    assert (len(lost), len(await found(customer, title))) == (1, 1)
    await page.get_by_role("button", name="Назад").click()
    await expect(page.get_by_role("button", name=title)).to_have_count(1)


async def test_a_refused_ticket_says_why_and_goes_back_into_its_form(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    title = f"Отказано {uuid4()}"
    customer = await person("customer")
    page = await connected(phone)
    refusal = json.dumps({"code": "category_archived", "detail": "Эта категория в архиве", "status": 409})

    async def refuse(route: Route) -> None:
        if route.request.method == "POST":
            await route.fulfill(status=409, body=refusal, content_type="application/problem+json")
        else:
            await route.continue_()

    await page.route("**/api/v1/tickets", refuse)
    await fill(page, title)
    await send(page)
    await expect(page.get_by_role("alert")).to_contain_text("Эта категория в архиве")
    await keep(page, "refused")
    await page.get_by_role("button", name="Назад").click()
    row = page.get_by_role("list", name="Ждут отправки").get_by_role("button", name=title)
    await expect(row).to_contain_text("Не отправлено")
    await row.click()
    await page.get_by_role("button", name="Изменить").click()
    await expect(page.get_by_label("Коротко о главном")).to_have_value(title)
    await page.unroute_all()
    await page.get_by_label("Подробности").fill("Теперь точно.")
    await send(page)
    await page.wait_for_url(NUMBERED)
    await kept(page, "outbox", 0)
    (ticket,) = await found(customer, title)
    assert ticket["description"] == "Теперь точно."
