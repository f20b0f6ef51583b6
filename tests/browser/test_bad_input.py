"""What people type, paste and attach by accident or in bad faith: shown as it is, refused in words, never lost."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import BrowserContext, FilePayload, Page, Route, expect

from tests.browser.people import Keep, People, Person
from tests.browser.phone import drafted, kept, the_first_post

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STUMBLES = 2


HTML = '<img src=x onerror="window.broken=1"><script>window.broken=1</script><b>жирно</b> &lt;'
TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe"
FAMILY = "👨\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧"
INVISIBLE = "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{HANGUL FILLER}\N{RIGHT-TO-LEFT OVERRIDE} "


async def asked(person: People, title: str, description: str = "Подробности.") -> dict[str, Any]:
    """A ticket of the customer's own."""
    customer = await person("customer")
    category = (await customer.get("categories"))["items"][0]["id"]
    return dict(await customer.post("tickets", {"title": title, "description": description, "category_id": category}))


async def opened(phone: BrowserContext, ticket: dict[str, Any], who: str = "customer") -> Page:
    page = await phone.new_page()
    await page.goto(f"/app/?as={who}#/t/{ticket['number']}")
    await expect(field(page)).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_attached()
    return page


def field(page: Page) -> Any:
    return page.get_by_label("Сообщение", exact=True)


async def says(page: Page, words: str) -> None:
    await field(page).fill(words)
    await page.get_by_role("button", name="Отправить").click()


async def sent(page: Page, count: int) -> None:
    """Wait until so many bubbles say that the server has them; nobody has read them yet."""
    await expect(page.get_by_text("отправлено", exact=True)).to_have_count(count)


async def said(person: Person, ticket: dict[str, Any]) -> list[str]:
    return [each["content"] for each in (await person.get(f"tickets/{ticket['id']}/messages?size=100"))["items"]]


async def test_markup_directions_and_emoji_are_text(phone: BrowserContext, person: People, keep: Keep) -> None:
    ticket = await asked(person, f"{HTML} {TURNED}", f"{FAMILY} {HTML}")
    page = await opened(phone, ticket)
    texts = [HTML, f"счёт{TURNED}", FAMILY * 3, "שלום עולם, это мы", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘"]
    for text in texts:
        await says(page, text)
        await expect(page.get_by_role("article", name="Вы").last.locator(".rich")).to_have_text(text)
    await sent(page, len(texts) + 1)
    await keep(page, "chat")
    # what turns round stays inside its bubble: the time stands at the same side of it as in every other
    gaps = await page.locator(".bubble.own").evaluate_all(
        """(all) => all.map((each) => {
          const right = (one) => one.getBoundingClientRect().right;
          return right(each) - right(each.querySelector('time'));
        })"""
    )
    assert max(gaps) - min(gaps) < 12, gaps
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("button", name="Назад").click()
    row = page.get_by_role("button", name=f"#{ticket['number']}")
    await expect(row).to_contain_text("<b>жирно</b>")
    await keep(page, "list")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("window.broken") is None


async def test_what_does_not_show_is_nothing(phone: BrowserContext, person: People, keep: Keep) -> None:
    ticket = await asked(person, "Пустота")
    page = await opened(phone, ticket)
    await field(page).fill(INVISIBLE)
    await expect(page.get_by_role("button", name="Отправить")).to_be_disabled()
    await page.goto("/app/?as=customer#/new")
    await page.locator("label", has_text="Технические проблемы").click()
    await page.get_by_label("Коротко о главном").fill(INVISIBLE)
    await page.get_by_label("Подробности").fill(INVISIBLE)
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Напишите пару слов о главном")).to_be_visible()
    await expect(page.get_by_label("Коротко о главном")).to_be_focused()
    await keep(page, "new")


async def test_the_longest_message_goes_and_a_longer_one_waits_for_its_author(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    customer = await person("customer")
    ticket = await asked(person, "Очень длинно")
    page = await opened(phone, ticket)
    longest = "🦊" * 2048 + "я" * 2048
    await field(page).fill(f"{longest}!")
    await expect(page.get_by_role("alert")).to_contain_text("лишний 1 символ")
    await expect(page.get_by_role("button", name="Отправить")).to_be_disabled()
    await keep(page, "longer")
    await drafted(page, f"{longest}!")
    await page.reload()
    await expect(field(page)).to_have_value(f"{longest}!")
    await says(page, longest)
    mine = page.get_by_role("article", name="Вы").filter(has_text="🦊")
    await expect(mine.get_by_text("отправлено", exact=True)).to_be_attached()
    assert await said(customer, ticket) == [longest]


async def test_a_program_called_a_picture_is_a_file(phone: BrowserContext, person: People, keep: Keep) -> None:
    ticket = await asked(person, "Посмотрите снимок")
    page = await opened(phone, ticket)
    liar: FilePayload = {"name": f"снимок{TURNED}.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00" + bytes(4096)}
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Прикрепить файл").click()
    await (await chosen.value).set_files([liar])
    tray = page.get_by_role("list", name="Прикреплённые файлы")
    await expect(tray.get_by_role("listitem")).to_contain_text("снимок")  # its name, not a broken picture
    await expect(tray.get_by_role("progressbar")).to_have_count(0)
    await keep(page, "picked")
    await page.get_by_role("button", name="Отправить").click()
    await sent(page, 2)
    mine = page.get_by_role("article", name="Вы").last
    await expect(mine.get_by_role("button", name="снимокgnp.exe.png")).to_be_visible()
    await expect(mine.get_by_role("img")).to_have_count(0)
    customer = await person("customer")
    (message,) = (await customer.get(f"tickets/{ticket['id']}/messages"))["items"]
    assert [file["content_type"] for file in message["attachments"]] == ["application/octet-stream"]


async def test_a_session_that_ran_out_is_renewed_in_silence(phone: BrowserContext, person: People) -> None:
    customer = await person("customer")
    ticket = await asked(person, "Долго не заходил")
    page = await opened(phone, ticket)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=401, body='{"code":"token_expired","detail":"","status":401}')

    refused = await the_first_post(page, "**/api/v1/tickets/*/messages", refuse)
    async with page.expect_response(lambda answer: "/auth/refresh" in answer.url and answer.ok):
        await says(page, "Я снова тут")
    await sent(page, 2)
    assert (len(refused), await said(customer, ticket)) == (1, ["Я снова тут"])


async def test_a_session_that_ends_while_one_writes_loses_nothing(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    customer = await person("customer")
    ticket = await asked(person, "Сеанс кончится")
    page = await opened(phone, ticket)
    refusal = '{"code":"session_ended","detail":"","status":401}'
    for place in ("tickets/*/messages", "auth/refresh"):
        await page.route(f"**/api/v1/{place}", lambda route: route.fulfill(status=401, body=refusal))
    await page.route("**/api/v1/demo/init-data*", lambda route: route.fulfill(status=404, body="{}"))
    words = f"Не потеряйте {uuid4()}"
    await says(page, words)
    await expect(page.get_by_role("heading", name="Сеанс закончился")).to_be_visible()
    await keep(page, "over")
    await page.unroute_all()
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.get_by_text(words)).to_be_visible()
    await sent(page, 2)
    assert await said(customer, ticket) == [words]


async def test_who_is_blocked_while_writing_finds_their_words_when_let_in_again(
    phone: BrowserContext, person: People
) -> None:
    customer, admin = await person("customer"), await person("admin")
    ticket = await asked(person, "Закроют посреди слова")
    page = await opened(phone, ticket)
    await field(page).fill("Я ничего такого не")
    await admin.put(f"members/{customer.id}/blocked", {"blocked": True})
    try:
        await expect(page.get_by_role("heading", name="Доступ закрыт")).to_be_visible()
    finally:
        await admin.put(f"members/{customer.id}/blocked", {"blocked": False})
    await page.get_by_role("button", name="Повторить").click()
    await expect(field(page)).to_have_value("Я ничего такого не")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_that_stumbles_is_asked_again(phone: BrowserContext, person: People, status: int) -> None:
    customer = await person("customer")
    ticket = await asked(person, f"Ошибка {status}")
    page = await opened(phone, ticket)
    stumbled = 0

    async def stumble(route: Route) -> None:
        nonlocal stumbled
        if stumbled >= STUMBLES or route.request.method != "POST":
            await route.continue_()
            return
        stumbled += 1
        await route.fetch()  # it was stored; the answer is lost
        await route.fulfill(status=status, body="<html>", headers={"Content-Type": "text/html"})

    await page.route("**/api/v1/tickets/*/messages", stumble)
    await says(page, "Один раз")
    await sent(page, 2)
    await kept(page, "outbox", 0)  # it is asked again by itself, whatever the feed has told meanwhile
    assert stumbled == STUMBLES
    await expect(page.get_by_text("Один раз")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert await said(customer, ticket) == ["Один раз"]
