"""The Mini App without a network, or with a bad one: what was read can be read, what is written arrives once."""

import io
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import BrowserContext, FilePayload, Page, Request, expect
from tikethet_devstack.stack import Stack

from tests.browser.people import Keep, People, Person
from tests.browser.phone import KEPT, drafted, kept, loses_the_answer, the_first_post
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000


async def opened(phone: BrowserContext, address: str = "/app/?as=customer#/t/1001") -> Page:
    """A page that is connected and whose app is on the device."""
    page = await phone.new_page()
    await page.goto(address)
    await expect(page.get_by_text("На связи").first).to_be_attached()
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    return page


async def says(page: Page, words: str) -> None:
    await page.get_by_label("Сообщение", exact=True).fill(words)
    await page.get_by_role("button", name="Отправить").click()


def photo(name: str) -> FilePayload:
    """As a phone takes it: larger than anybody looks at it."""
    written = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(written, "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


async def picks(page: Page, file: FilePayload) -> None:
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Прикрепить файл").click()
    await (await chosen.value).set_files([file])


async def sizes(person: Person, desk: str, words: str) -> list[tuple[int, int]]:
    """How large the pictures of the message with these words are at the server."""
    found = (await person.get("tickets/1001/messages?size=100&latest=true"))["items"]
    files = next(message["attachments"] for message in found if message["content"] == words)
    measured = []
    async with aiohttp.ClientSession(desk) as http:
        async with http.get("/api/v1/demo/token", params={"as": "customer"}) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        for file in files:
            async with http.get(f"/api/v1/files/{file['id']}", headers=headers) as answer:
                with Image.open(io.BytesIO(await answer.read())) as seen:
                    measured.append(seen.size)
    return measured


async def heard(person: Person, words: str) -> int:
    """How often the words stand in the conversation, as the server has it."""
    found = (await person.get("tickets/1001/messages?size=100&latest=true"))["items"]
    return sum(message["content"] == words for message in found)


async def until_heard(person: Person, words: str) -> None:
    await until(lambda: heard(person, words), lambda times: times > 0)


async def test_what_was_read_can_be_read_without_a_network(phone: BrowserContext, person: People, keep: Keep) -> None:
    words = f"Перед выходом из сети {uuid4()}"
    helper = await person("helper")
    page = await opened(phone)
    await helper.post("tickets/1001/messages", {"content": words})
    await expect(page.get_by_text(words)).to_be_visible()
    await until(lambda: page.evaluate(KEPT, "conversations"), lambda found: words in str(found))
    await kept(page, "lists", 1)
    await phone.set_offline(True)
    await page.reload()
    await expect(page.get_by_text(words)).to_be_visible()
    await expect(page.get_by_text("Нет связи").last).to_be_visible()
    await keep(page, "conversation")
    await page.goto("/app/?as=customer#/")
    await expect(page.get_by_role("list").get_by_role("button")).not_to_have_count(0)
    await keep(page, "list")
    await phone.set_offline(False)
    await expect(page.get_by_text("На связи").first).to_be_visible(timeout=PATIENCE_MS)


async def test_what_is_written_offline_is_sent_once_also_after_a_reload(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    words = [f"{name} {uuid4()}" for name in ("раз", "два")]
    customer = await person("customer")
    page = await opened(phone)
    await kept(page, "conversations", 1)
    await phone.set_offline(True)
    for each in words:
        await says(page, each)
    await expect(page.get_by_text("ждут 2 сообщения").last).to_be_visible()
    await kept(page, "outbox", 2)
    await page.reload()
    await expect(page.get_by_text(words[1])).to_be_visible()
    await expect(page.get_by_text("ждут 2 сообщения").last).to_be_visible()
    await keep(page, "waiting")
    await phone.set_offline(False)
    await kept(page, "outbox", 0)
    for each in words:
        await expect(page.get_by_text(each)).to_have_count(1)
        assert await heard(customer, each) == 1


async def test_a_photo_goes_with_its_message_when_the_network_is_back(
    phone: BrowserContext, person: People, desk: str, keep: Keep
) -> None:
    words = f"Вот фото {uuid4()}"
    customer = await person("customer")
    page = await opened(phone)
    await kept(page, "conversations", 1)
    await phone.set_offline(True)
    await picks(page, photo("фото.jpg"))
    await expect(page.get_by_role("progressbar")).to_have_count(1)
    await kept(page, "uploads", 1)
    await page.reload()
    await expect(page.get_by_role("list", name="Прикреплённые файлы").get_by_role("listitem")).to_have_count(1)
    await says(page, words)
    await kept(page, "outbox", 1)
    await page.reload()
    await expect(page.get_by_role("img", name="фото.jpg").last).to_be_visible()
    await keep(page, "waiting")
    await phone.set_offline(False)
    await kept(page, "outbox", 0)
    await kept(page, "uploads", 0)
    assert await heard(customer, words) == 1
    assert await sizes(customer, desk, words) == [(2048, 1365)]


async def test_a_photo_may_go_as_it_is(phone: BrowserContext, person: People, desk: str, keep: Keep) -> None:
    words = f"Вот фото целиком {uuid4()}"
    customer = await person("customer")
    page = await opened(phone)
    await picks(page, photo("фото.jpg"))
    await page.get_by_role("button", name="без сжатия").click()
    await expect(page.get_by_role("button", name="без сжатия")).to_have_count(0)
    await keep(page, "picked")
    await says(page, words)
    await until_heard(customer, words)
    assert await sizes(customer, desk, words) == [(3000, 2000)]


async def test_an_answer_that_is_lost_does_not_double_a_message(phone: BrowserContext, person: People) -> None:
    words = f"Один раз {uuid4()}"
    customer = await person("customer")
    page = await opened(phone)
    lost = await the_first_post(page, "**/api/v1/tickets/*/messages", loses_the_answer)
    await says(page, words)
    await until_heard(customer, words)
    await kept(page, "outbox", 0)
    await expect(page.get_by_text(words)).to_have_count(1)
    assert (len(lost), await heard(customer, words)) == (1, 1)


def _says(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/messages")


async def test_two_tabs_send_a_waiting_message_once(phone: BrowserContext, person: People) -> None:
    words = f"Из двух вкладок {uuid4()}"
    customer = await person("customer")
    pages = [await opened(phone), await opened(phone)]
    answered: list[int] = []
    for page in pages:
        page.on("response", lambda answer: answered.append(answer.status) if _says(answer.request) else None)
    await phone.set_offline(True)
    await says(pages[0], words)
    await expect(pages[1].get_by_text("ждёт 1 сообщение").last).to_be_attached()
    await phone.set_offline(False)
    for page in pages:
        await kept(page, "outbox", 0)
        await expect(page.get_by_text(words)).to_have_count(1)
    assert await heard(customer, words) == 1
    assert answered == [201], "each tab sent it"


async def test_without_a_socket_it_asks_again_and_again(
    phone: BrowserContext, person: People, stack: Stack, keep: Keep
) -> None:
    words = f"Без сокета {uuid4()}"
    helper = await person("helper")
    page = await opened(phone)
    await stack.kill("notify")
    try:
        await expect(page.get_by_text("На связи, с задержкой").last).to_be_attached(timeout=PATIENCE_MS)
        async with page.expect_response(lambda answer: "/api/v1/events" in answer.url and answer.status == 304):
            pass  # nothing happened: a few bytes say so
        await helper.post("tickets/1001/messages", {"content": words})
        await expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE_MS)
        await says(page, f"И ответ на: {words}")
        await until_heard(helper, f"И ответ на: {words}")
        await keep(page, "delayed")
    finally:
        await stack.restart("notify")
    await expect(page.get_by_text("На связи, с задержкой")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(page.get_by_text(words, exact=True)).to_have_count(1)


async def test_a_session_that_ended_says_so_and_keeps_what_was_typed(phone: BrowserContext, keep: Keep) -> None:
    page = await opened(phone)
    await page.get_by_label("Сообщение", exact=True).fill("Ещё не отправлено")
    await drafted(page, "Ещё не отправлено")
    refusal = '{"code":"session_ended","detail":"","status":401}'
    await page.route("**/api/v1/auth/refresh", lambda route: route.fulfill(status=401, body=refusal))
    await page.route("**/api/v1/demo/init-data*", lambda route: route.fulfill(status=404, body="{}"))
    await page.reload()
    await expect(page.get_by_role("heading", name="Сеанс закончился")).to_be_visible()
    await keep(page, "over")
    await page.unroute_all()
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.get_by_label("Сообщение", exact=True)).to_have_value("Ещё не отправлено")


async def test_a_house_that_is_away_is_told_and_waited_for(
    phone: BrowserContext, person: People, stack: Stack, keep: Keep
) -> None:
    words = f"Дом в отъезде {uuid4()}"
    customer = await person("customer")
    page = await opened(phone)
    await kept(page, "conversations", 1)
    await stack.kill("gateway")
    try:
        await page.reload()  # the app is on the device, and so is what was read
        await says(page, words)
        await expect(page.get_by_text("ждёт 1 сообщение").last).to_be_visible(timeout=PATIENCE_MS)
        await keep(page, "away")
    finally:
        await stack.restart("gateway")
    await kept(page, "outbox", 0)
    assert await heard(customer, words) == 1


async def test_where_the_app_cannot_be_kept_it_says_so_and_sends_when_it_is_opened_next(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    """As in Telegram on iPhones, which have no service worker."""
    words = f"С айфона {uuid4()}"
    customer = await person("customer")
    await phone.add_init_script("delete Navigator.prototype.serviceWorker")
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1001")
    await expect(page.get_by_text("На связи").first).to_be_attached()
    await phone.set_offline(True)
    await says(page, words)
    await kept(page, "outbox", 1)
    await page.get_by_role("button", name="Назад").click()
    await expect(page.get_by_text("Без сети приложение здесь не откроется")).to_be_visible()
    await keep(page, "note")
    await page.close()
    await phone.set_offline(False)
    again = await phone.new_page()
    await again.goto("/app/?as=customer#/t/1001")
    await until_heard(customer, words)
    await kept(again, "outbox", 0)
    assert await heard(customer, words) == 1


async def test_no_request_leaves_the_house(phone: BrowserContext, desk: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    page = await opened(phone)
    await page.get_by_role("button", name="Назад").click()
    await page.get_by_role("button", name="Настройки").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((desk, "blob:", "data:"))] == []
