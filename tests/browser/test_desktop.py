"""A helper at a desk: three columns, the keyboard, tickets put aside, the order of the queue."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def asked(person: People, title: str, **facts: Any) -> int:
    """A fresh ticket of the demo's customer."""
    customer = await person("customer")
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": title, "description": "Подробности внутри.", "category_id": category} | facts
    return int((await customer.post("tickets", wish))["number"])


def row(page: Page, number: int) -> Locator:
    """A ticket in the queue."""
    return page.locator(".list-pane .ticket-row", has=page.get_by_text(f"#{number}", exact=True))


async def test_the_card_stands_beside_the_conversation_where_there_is_room(
    desktop: BrowserContext, person: People, keep: Keep
) -> None:
    number = await asked(person, "Где моя награда?")
    page = await desktop.new_page()
    await page.goto(f"/app/?as=admin#/t/{number}")
    card = page.get_by_role("complementary", name="Действия")
    await expect(card.get_by_text("Где моя награда?").first).to_be_visible()
    await expect(card.get_by_role("button", name="Жалоба на игрока")).to_be_visible()  # what they asked before
    await keep(page, "three")
    await card.get_by_role("button", name="Закрыть доступ").click()
    await expect(page.get_by_role("dialog").get_by_label("Причина")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.set_viewport_size({"width": 1000, "height": 800})
    await expect(card).to_have_count(0)
    await expect(page.get_by_role("button", name="Действия", exact=True)).to_be_visible()
    customer = await desktop.new_page()
    await customer.goto(f"/app/?as=customer#/t/{number}")
    await expect(customer.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(customer.get_by_role("complementary", name="Действия")).to_have_count(0)


async def test_the_keyboard_alone_takes_answers_and_resolves(
    desktop: BrowserContext, person: People, keep: Keep
) -> None:
    number = await asked(person, "С клавиатуры")
    page = await desktop.new_page()
    await page.goto("/app/?as=helper")
    await expect(row(page, number)).to_be_visible()
    await keys_are_there(page)
    await walk_to(page, number)
    await expect(page.get_by_role("heading", name="С клавиатуры")).to_be_visible()
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await page.keyboard.press("t")
    await expect(page.get_by_text("Отвечаете вы")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.get_by_label("Заметка для своих")).to_be_focused()
    await page.keyboard.type("j k t: просто буквы")  # a letter in a text is a letter
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("j k t: просто буквы")).to_be_visible()
    await page.get_by_role("heading", name="С клавиатуры").click()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Горячие клавиши")).to_be_visible()
    await keep(page, "keys")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("e")
    await expect(row(page, number)).to_contain_text("Решено")
    await page.keyboard.press("?")
    await page.get_by_role("switch").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("r")  # would make an answer of the note
    await page.keyboard.press("?")  # does what it did, and after what the other one would have done
    await expect(page.get_by_role("dialog", name="Горячие клавиши")).to_be_visible()
    await expect(page.get_by_label("Заметка для своих")).to_have_value("")


async def keys_are_there(page: Page) -> None:
    """The keys' code comes after the first screen: ask for their list until it shows."""
    listed = page.get_by_role("dialog", name="Горячие клавиши")
    while not await listed.is_visible():
        await page.keyboard.press("?")
        await page.wait_for_timeout(100)
    await page.keyboard.press("Escape")
    await expect(listed).to_have_count(0)


async def walk_to(page: Page, number: int) -> None:
    """Down the queue, a key for each ticket."""
    while not (before := str(await page.evaluate("location.href"))).endswith(f"#/t/{number}"):
        await page.keyboard.press("j")
        await page.wait_for_function("before => location.href !== before", arg=before)


async def test_what_is_put_aside_leaves_the_queue_until_something_is_said(
    desktop: BrowserContext, person: People, keep: Keep
) -> None:
    number = await asked(person, "Не сейчас")
    helper = await person("helper")
    await helper.post(f"tickets/{number}/assign", {"assignee_id": helper.id})
    mine = (await helper.get("tickets/counts?snoozed=false"))["mine"]
    page = await desktop.new_page()
    await page.goto(f"/app/?as=helper#/t/{number}")
    own = page.get_by_role("group", name="Обращения").get_by_role("button", name=re.compile("^Мои"))
    await expect(own).to_have_text(f"Мои{mine}")
    await own.click()
    await page.get_by_role("complementary", name="Действия").get_by_role("button", name="Отложить").click()
    await page.get_by_role("button", name="На три часа").click()
    await expect(page.get_by_text("Отложено до")).to_be_visible()
    await expect(row(page, number)).to_have_count(0)
    await expect(own).to_have_text(f"Мои{mine - 1}")
    await page.get_by_role("button", name="Отложенные").click()
    await expect(row(page, number)).to_contain_text("до ")
    await keep(page, "snoozed")
    customer = await person("customer")
    await customer.post(f"tickets/{number}/messages", {"content": "Есть новости?"})
    await expect(row(page, number)).to_have_count(0)  # it is no longer put aside
    await page.get_by_role("button", name="Отбор и порядок").click()
    await page.get_by_role("button", name="Сбросить").click()
    await expect(row(page, number)).to_be_visible()


async def test_the_queue_is_filtered_and_ordered(desktop: BrowserContext, person: People) -> None:
    words = uuid4().hex  # looked for, so that nobody else's tickets stand between
    calm = await asked(person, f"Спокойный вопрос {words}", priority="LOW")
    hot = await asked(person, f"Горит {words}", priority="HIGH")
    helper = await person("helper")
    await helper.post(f"tickets/{calm}/messages", {"content": "Смотрю"})
    page = await desktop.new_page()
    await page.goto("/app/?as=helper")
    await page.get_by_role("searchbox", name="Поиск").fill(words)
    numbers = page.locator(".list-pane .ticket-number")
    await expect(numbers).to_have_text([f"#{calm}", f"#{hot}"])
    await page.get_by_role("button", name="Отбор и порядок").click()
    await page.get_by_role("button", name="Сначала важное").click()
    await expect(numbers).to_have_text([f"#{hot}", f"#{calm}"])
    await page.get_by_role("button", name="Сначала новое").click()
    await expect(numbers).to_have_text([f"#{calm}", f"#{hot}"])
    await page.get_by_role("button", name="Кто дольше ждёт").click()
    await expect(numbers).to_have_text([f"#{hot}", f"#{calm}"])  # the other one was answered
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Высокий")).click()
    await expect(numbers).to_have_text([f"#{hot}"])
    await page.get_by_role("button", name="Закрыть", exact=True).click()
    await expect(row(page, hot)).to_be_visible()


async def test_the_ticks_say_that_the_other_side_has_read(
    phone: BrowserContext, desktop: BrowserContext, person: People
) -> None:
    number = await asked(person, "Прочитали?")
    page = await phone.new_page()
    await page.goto(f"/app/?as=customer#/t/{number}")
    await page.get_by_label("Сообщение", exact=True).fill("Это важно")
    await page.get_by_role("button", name="Отправить").click()
    said = page.get_by_role("article").filter(has_text="Это важно")
    await expect(said.get_by_text("отправлено", exact=True)).to_be_attached()
    other = await desktop.new_page()
    await other.goto(f"/app/?as=helper#/t/{number}")
    await expect(said.get_by_text("прочитано")).to_be_attached()
    await page.reload()
    await expect(said.get_by_text("прочитано")).to_be_attached()
