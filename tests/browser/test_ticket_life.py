"""A ticket's life as the customer sees it in the Mini App, on the real house."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.people import Keep, People
from tests.browser.waiting import until

pytestmark = pytest.mark.timeout(300)


async def open_ticket(page: Page, title: str) -> str:
    """Through the form; returns the new ticket's number."""
    await page.goto("/app/?as=customer")
    await page.get_by_role("button", name="Новое обращение").click()
    await page.locator("label", has_text="Технические проблемы").click()
    await page.get_by_label("Коротко о главном").fill(title)
    await page.get_by_label("Подробности").fill("Пишет «нет соединения», хотя интернет есть.")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("heading", name=title)).to_be_visible()
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await page.wait_for_url(re.compile(r"#/t/\d+$"))
    return page.url.rpartition("/")[2]


async def test_an_answer_arrives_without_a_reload(phone: BrowserContext, person: People, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_role("list").get_by_role("button")).not_to_have_count(0)
    await keep(page, "list")
    number = await open_ticket(page, "Не пускает на сервер после обновления")
    await page.evaluate("window.sameDocument = true")

    helper = await person("helper")
    ticket = await helper.get(f"tickets/{number}")
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await helper.post(f"tickets/{ticket['id']}/messages", {"content": "Третий за вечер.", "is_internal": True})
    await helper.post(f"tickets/{ticket['id']}/messages", {"content": "Здравствуйте! Уже чиним, минут десять."})

    answer = page.get_by_role("article", name="Мария Соколова")
    await expect(answer).to_contain_text("Уже чиним")
    await expect(page.get_by_text("Ждём вас").last).to_be_visible()
    await expect(page.get_by_text("Третий за вечер.")).to_have_count(0)
    await keep(page, "answered")

    await page.get_by_label("Сообщение", exact=True).fill("Спасибо, жду!")
    await page.get_by_role("button", name="Отправить").click()
    thanks = page.get_by_role("article", name="Вы").filter(has_text="Спасибо, жду!")
    await expect(thanks.get_by_text("отправлено", exact=True)).to_be_attached()

    await helper.post(f"tickets/{ticket['id']}/resolve", {})
    await expect(page.get_by_text("Вопрос решён?")).to_be_visible()
    await keep(page, "resolved")
    assert await page.evaluate("window.sameDocument") is True
    said = [each["content"] for each in (await helper.get(f"tickets/{ticket['id']}/messages"))["items"]]
    assert said == ["Третий за вечер.", "Здравствуйте! Уже чиним, минут десять.", "Спасибо, жду!"]

    await page.get_by_role("button", name="Назад").click()
    await expect(page.get_by_role("button", name=f"#{number}")).not_to_contain_text("новое сообщение")
    customer = await person("customer")
    await until(lambda: customer.get(f"tickets/{number}"), lambda told: told["unread_count"] == 0)
    async with page.expect_response(
        lambda answer: "/api/v1/tickets?" in answer.url
    ):  # more than what the device has kept
        await page.reload()
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await expect(page.get_by_role("button", name=f"#{number}")).to_be_visible()
    await expect(page.get_by_role("button", name=f"#{number}")).not_to_contain_text("новое сообщение")


@pytest.mark.browser
async def test_what_is_written_without_a_line_is_sent_once(phone: BrowserContext, person: People) -> None:
    page = await phone.new_page()
    number = await open_ticket(page, "Пропадает связь")
    await phone.set_offline(True)
    for words in ("первое", "второе"):
        await page.get_by_label("Сообщение", exact=True).fill(words)
        await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("отправляется")).to_have_count(2)

    helper = await person("helper")
    await helper.post(f"tickets/{number}/messages", {"content": "Вы тут?"})
    await phone.set_offline(False)
    await expect(page.get_by_text("отправляется")).to_have_count(0)
    await expect(page.get_by_role("article", name="Мария Соколова")).to_contain_text("Вы тут?")
    for words in ("первое", "второе"):
        mine = page.get_by_role("article").filter(has_text=words)
        await expect(mine.get_by_text("отправлено", exact=True)).to_have_count(1)
    said = [each["content"] for each in (await helper.get(f"tickets/{number}/messages"))["items"]]
    assert said == ["Вы тут?", "первое", "второе"]


@pytest.mark.browser
async def test_a_draft_outlives_a_reload(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/new")
    await page.get_by_label("Коротко о главном").fill("Не дописал")
    await page.reload()
    await expect(page.get_by_label("Коротко о главном")).to_have_value("Не дописал")


@pytest.mark.browser
async def test_staff_take_note_and_answer_in_the_app(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer = await person("customer")
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": "Меч пропал после обмена", "description": "Обмен был вчера.", "category_id": category}
    ticket = await customer.post("tickets", wish)

    page = await phone.new_page()
    await page.goto("/app/?as=helper")
    await page.get_by_role("button", name="Свободные").click()
    await keep(page, "queue")
    await page.get_by_text("Меч пропал после обмена").first.click()
    await page.get_by_role("button", name="Взять себе").click()
    await expect(page.get_by_text("Отвечаете вы")).to_be_visible()

    await page.get_by_role("button", name="Писать заметку").click()
    await page.get_by_label("Заметка для своих").fill("Проверить журнал обменов")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Заметка, видят только сотрудники")).to_be_visible()
    await page.get_by_role("button", name="Писать ответ").click()
    await page.get_by_label("Сообщение", exact=True).fill("Нашли! Вернём в течение часа.")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("отправлено", exact=True)).to_have_count(2)
    await keep(page, "worked")

    heard = [each["content"] for each in (await customer.get(f"tickets/{ticket['id']}/messages"))["items"]]
    assert heard == ["Нашли! Вернём в течение часа."]


@pytest.mark.browser
async def test_another_language(phone: BrowserContext, person: People) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=admin")
    await page.get_by_role("button", name="Настройки").click()
    try:
        async with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
            await page.get_by_role("button", name="English").click()
            await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="Requests")).to_be_visible()
    finally:
        await (await person("admin")).patch("auth/me", {"language": "ru"})  # the house is shared with the other tests


@pytest.mark.browser
async def test_two_see_each_other_write(phone: BrowserContext, keep: Keep) -> None:
    hers = await phone.new_page()
    await hers.goto("/app/?as=helper#/t/1002")
    his = await phone.new_page()
    await his.goto("/app/?as=customer#/t/1002")
    for page in (hers, his):
        await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
        await expect(page.get_by_text("На связи").first).to_be_attached()
    await hers.get_by_label("Сообщение", exact=True).press_sequentially("Сейчас посмотрю")
    await expect(his.get_by_text("Мария печатает")).to_be_visible()
    await keep(his, "typing")
    await hers.get_by_role("button", name="Отправить").click()
    await expect(his.get_by_text("Сейчас посмотрю")).to_be_visible()
    await expect(his.get_by_text("Мария печатает")).to_have_count(0)


@pytest.mark.browser
async def test_what_came_live_is_what_a_fresh_look_shows(phone: BrowserContext, person: People) -> None:
    customer, helper = await person("customer"), await person("helper")
    categories = (await customer.get("categories"))["items"]
    live = await phone.new_page()
    await live.goto("/app/?as=helper")
    await expect(live.get_by_text("На связи").first).to_be_visible()
    told: list[str] = []
    for each in categories[:3]:
        wish = {"title": f"О чём: {each['names']['ru']}", "description": "…", "category_id": each["id"]}
        ticket = await customer.post("tickets", wish)
        told.append(ticket["id"])
        place = f"tickets/{ticket['id']}"
        await customer.post(f"{place}/messages", {"content": "И ещё."})
        await helper.post(f"{place}/assign", {"assignee_id": helper.id})
        await helper.patch(
            place, {"priority": "CRITICAL", "category_id": categories[4]["id"], "title": "Переименовано"}
        )
        await helper.post(f"{place}/messages", {"content": "Смотрю."})
        await customer.post(f"{place}/messages", {"content": "Жду."})
        await helper.post(f"{place}/status", {"status": "RESOLVED"})
    await helper.post(f"{place}/reopen", {})
    await helper.post(f"{place}/assign", {"assignee_id": None})
    for merged in told[:2]:
        await helper.post(f"tickets/{merged}/merge", {"into": told[2]})
    await helper.post(f"tickets/{told[1]}/unmerge", {})

    fresh = await phone.new_page()
    await fresh.goto("/app/?as=helper")
    await expect(fresh.get_by_role("listitem").first).to_be_visible()
    await same(live.get_by_role("listitem"), fresh.get_by_role("listitem"))
    await same(live.get_by_role("group", name="Статус"), fresh.get_by_role("group", name="Статус"))


async def same(one: Locator, other: Locator) -> None:
    """Wait until both say the same; at first a fresh page shows what the device has kept."""

    async def both() -> tuple[list[str], list[str]]:
        return await one.all_inner_texts(), await other.all_inner_texts()

    await until(both, lambda said: said[0] == said[1])
