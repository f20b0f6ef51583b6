"""What one is told: the bell counts it, the page lists it, a tap leads to the ticket and reads it."""

import asyncio
import re

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.people import Keep, People, Person
from tests.browser.phone import KEPT
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LIST = re.compile(r"/api/v1/notifications\?")


async def all_read(person: Person) -> None:
    """Wait until nothing is left unread, as far as the server knows."""
    await until(lambda: person.get("notifications"), lambda told: told["unread"] == 0)


async def asked(customer: Person, title: str) -> int:
    """A ticket of the customer's, to whom nothing else is news; its number."""
    await customer.post("notifications/read", {})
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": title, "description": "По порядку.", "category_id": category}
    return int((await customer.post("tickets", wish))["number"])


async def test_the_bell_counts_and_a_tap_reads(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    number = await asked(customer, "Не приходит письмо")
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_text("На связи")).to_be_visible()
    await helper.post(f"tickets/{number}/messages", {"content": "Проверьте папку со спамом"})
    bell = page.get_by_role("button", name="1 новое уведомление", exact=True)
    await expect(bell).to_be_visible()
    await keep(page, "bell")
    await bell.click()
    await expect(page.get_by_role("heading", name="Уведомления")).to_be_visible()
    await expect(page.get_by_role("heading", name="Сегодня")).to_be_visible()
    line = page.locator(".notice").first
    await expect(line).to_contain_text(f"Новое сообщение в обращении #{number}")
    await expect(line).to_contain_text("Не приходит письмо")
    await expect(line).to_contain_text("только что")
    await expect(line).to_contain_text("Не прочитано")
    await keep(page, "page")
    await line.click()
    await expect(page.get_by_text("Проверьте папку со спамом")).to_be_in_viewport()
    await all_read(customer)
    await page.get_by_role("button", name="Назад", exact=True).click()
    await expect(line).to_contain_text("Не приходит письмо")
    await expect(line).not_to_contain_text("Не прочитано")
    await expect(page.get_by_role("button", name="Прочитать все")).to_have_count(0)
    await page.get_by_role("button", name="Назад", exact=True).click()
    await expect(page.get_by_role("button", name="Уведомления", exact=True)).to_be_visible()


async def test_what_is_told_meanwhile_comes_by_itself_and_all_is_read_at_once(
    phone: BrowserContext, person: People
) -> None:
    customer, helper = await person("customer"), await person("helper")
    one, two = await asked(customer, "Первое"), await asked(customer, "Второе")
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/notices")
    await expect(page.get_by_role("heading", name="Уведомления")).to_be_visible()
    await expect(page.get_by_text("Не прочитано")).to_have_count(0)
    for number in (one, two, two):
        await helper.post(f"tickets/{number}/messages", {"content": "Смотрю"})
    await expect(page.get_by_text("Не прочитано")).to_have_count(3)
    await page.get_by_role("button", name="Прочитать все").click()
    await expect(page.get_by_text("Не прочитано")).to_have_count(0)
    await all_read(customer)
    await helper.post(f"tickets/{one}/messages", {"content": "Ещё одно"})
    await expect(page.get_by_text("Не прочитано")).to_have_count(1)  # read was what there was


async def test_reading_a_ticket_elsewhere_is_seen_by_the_bell(phone: BrowserContext, person: People) -> None:
    customer, helper = await person("customer"), await person("helper")
    number = await asked(customer, "Читаю в разговоре")
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_text("На связи")).to_be_visible()
    await helper.post(f"tickets/{number}/messages", {"content": "Ответ"})
    await expect(page.get_by_role("button", name="1 новое уведомление", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Читаю в разговоре").first.click()
    await expect(page.get_by_text("Ответ", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="Назад", exact=True).click()
    await expect(page.get_by_role("button", name="Уведомления", exact=True)).to_be_visible()


async def test_older_ones_come_as_one_scrolls(phone: BrowserContext, person: People) -> None:
    customer, helper = await person("customer"), await person("helper")
    number = await asked(customer, "Долгая история")
    for count in range(45):  # more than come with the first page
        await helper.post(f"tickets/{number}/messages", {"content": f"Шаг {count}"})
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/notices")
    lines = page.locator(".notice")
    await expect(lines).to_have_count(30)
    wanted, read_again = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        if "cursor=" in route.request.url and not wanted.is_set():
            wanted.set()
            await read_again.wait()
        await route.continue_()

    await page.route(LIST, slowly)
    await lines.last.scroll_into_view_if_needed()
    await wanted.wait()
    await helper.post(f"tickets/{number}/messages", {"content": "Ещё шаг"})
    await expect(lines).to_have_count(31)  # what the older ones go on from is another list now
    read_again.set()
    await expect(lines.nth(45)).to_be_attached()
    await expect(page.get_by_text("Не прочитано")).to_have_count(46)


async def test_what_does_not_come_can_be_asked_for_again(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    number = await asked(customer, "Связь пропала")
    await helper.post(f"tickets/{number}/messages", {"content": "Есть"})
    page = await phone.new_page()

    async def lost(route: Route) -> None:
        await route.abort()

    await page.route(LIST, lost)
    await page.goto("/app/?as=customer#/notices")
    await expect(page.get_by_text("Не получилось загрузить")).to_be_visible()
    await keep(page, "failed")
    await page.unroute(LIST)
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.locator(".notice").first).to_contain_text("Связь пропала")


async def test_what_was_told_can_be_read_without_a_network(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    number = await asked(customer, "Читаю в метро")
    await helper.post(f"tickets/{number}/messages", {"content": "Есть"})
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/notices")
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await until(lambda: page.evaluate(KEPT, "facts"), lambda found: "Читаю в метро" in str(found))
    await phone.set_offline(True)
    await page.reload()
    await expect(page.locator(".notice").first).to_contain_text("Читаю в метро")
    await keep(page, "offline")
    await helper.post(f"tickets/{number}/messages", {"content": "И ещё"})
    await phone.set_offline(False)
    await expect(page.get_by_text("Не прочитано")).to_have_count(2)


async def test_nothing_was_told_yet(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()

    async def nothing(route: Route) -> None:
        await route.fulfill(json={"items": [], "unread": 0, "size": 30, "next_cursor": None})

    await page.route(LIST, nothing)
    await page.goto("/app/?as=customer#/notices")
    await expect(page.get_by_text("Новостей нет")).to_be_visible()
    await keep(page, "none")


async def in_english(page: Page, helper: Person, keep: Keep) -> None:
    await helper.patch("auth/me", {"language": "en"})
    try:
        await page.goto("/app/?as=helper")
        bell = page.get_by_role("button", name=re.compile("new notification"))
        await bell.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
        line = page.locator(".notice").first
        await expect(line).to_contain_text("Служба поддержки молчит")
        await keep(page, "english")
        await line.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Служба поддержки молчит")).to_be_visible()
    finally:
        await helper.patch("auth/me", {"language": "ru"})  # the house is shared with the other tests


async def test_staff_use_it_by_keyboard_in_english(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper, admin = await person("customer"), await person("helper"), await person("admin")
    await helper.post("notifications/read", {})
    number = await asked(customer, "Служба поддержки молчит")
    await admin.post(f"tickets/{number}/assign", {"assignee_id": helper.id})
    await in_english(await phone.new_page(), helper, keep)


async def test_at_a_desk_the_queue_stays_beside_it(desktop: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper, admin = await person("customer"), await person("helper"), await person("admin")
    await helper.post("notifications/read", {})
    number = await asked(customer, "Видно с рабочего стола")
    await admin.post(f"tickets/{number}/assign", {"assignee_id": helper.id})
    page = await desktop.new_page()
    await page.goto("/app/?as=helper")
    await page.get_by_role("button", name=re.compile("нов.+ уведомлени")).click()
    line = page.locator(".notice").filter(has_text="теперь ваше").first
    await expect(line).to_contain_text("Видно с рабочего стола")
    queue = page.get_by_role("complementary", name="Список обращений")
    await expect(queue.get_by_role("button", name="Видно с рабочего стола")).to_be_visible()
    await keep(page, "desk")
    await line.click()
    await expect(page.get_by_role("heading", name="Видно с рабочего стола")).to_be_visible()
    await expect(queue.get_by_role("button", name="Уведомления", exact=True)).to_be_visible()
