"""What people do with words already said, and staff with tickets, in the Mini App on the real house."""

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.people import Keep, People, ask

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def choose(page: Page, bubble: Locator, choice: str) -> None:
    """Open the menu of a message, as a long press does, and choose from it."""
    await bubble.dispatch_event("contextmenu")
    await page.get_by_role("dialog").get_by_role("button", name=choice).click()


async def test_words_are_answered_changed_and_taken_back(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    ticket = await ask(customer, "Не приходит письмо")
    place = f"tickets/{ticket['id']}/messages"
    question = await helper.post(place, {"content": "На какую почту?"})
    page = await phone.new_page()
    await page.goto(f"/app/?as=customer#/t/{ticket['number']}")
    theirs = page.get_by_role("article", name="Мария Соколова")
    own = page.get_by_role("article", name="Вы").last

    await choose(page, theirs, "Ответить")
    await page.get_by_label("Сообщение", exact=True).fill("На старую")
    await keep(page, "answering")
    await page.get_by_role("button", name="Отправить").click()
    await expect(own).to_contain_text("На какую почту?")
    await expect(page.get_by_text("отправлено", exact=True)).to_have_count(2)

    await choose(page, own, "Изменить")
    await page.get_by_label("Сообщение", exact=True).fill("На новую")
    async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        await page.get_by_role("button", name="Сохранить").click()
        await expect(own).to_contain_text("На новую")
    await expect(own).to_contain_text("изменено")
    answer = (await helper.get(place))["items"][-1]
    assert (answer["content"], answer["reply_to"]) == ("На новую", question["id"])

    await choose(page, own, "Удалить")
    await expect(own).to_contain_text("Сообщение удалено")
    await page.get_by_role("button", name="Вернуть").click()
    await expect(own).to_contain_text("На новую")
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):  # once it cannot be undone
        await choose(page, own, "Удалить")
    await expect(own).to_contain_text("Сообщение удалено")
    await page.reload()
    await expect(page.get_by_text("Сообщение удалено")).to_be_visible()
    assert (await helper.get(place))["items"][-1]["content"] is None


async def test_a_message_is_moved_to_the_ticket_it_belongs_to(
    phone: BrowserContext, desktop: BrowserContext, person: People, keep: Keep
) -> None:
    customer, helper = await person("customer"), await person("helper")
    wrong, right = await ask(customer, "Пропали монеты"), await ask(customer, "Застрял в стене")
    said = [f"Я {where} {wrong['number']}" for where in ("застрял у башни", "о третьем")]
    for words in said:
        await customer.post(f"tickets/{wrong['id']}/messages", {"content": words})
    staff, page = await desktop.new_page(), await phone.new_page()
    await page.goto(f"/app/?as=customer#/t/{right['number']}")
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_attached()
    await staff.goto(f"/app/?as=helper#/t/{wrong['number']}")
    await choose(staff, staff.get_by_role("article").filter(has_text=said[0]), "Перенести…")
    await keep(staff, "move")
    await staff.get_by_role("dialog").get_by_role("button", name="Застрял в стене").click()
    await expect(page.get_by_role("article").filter(has_text=said[0])).to_have_count(1)  # at the other side, by itself
    await expect(staff.get_by_role("article").filter(has_text="Сообщение удалено")).to_have_count(1)
    await expect(staff.get_by_text(f"Перенесено в #{right['number']}")).to_be_visible()
    await staff.get_by_role("button", name="Открыть", exact=True).click()
    await expect(staff.get_by_role("heading", name="Застрял в стене")).to_be_visible()
    await expect(staff.get_by_role("article").filter(has_text=said[0])).to_have_count(1)

    await page.goto(f"/app/?as=customer#/t/{wrong['number']}")
    await choose(page, page.get_by_role("article").filter(has_text=said[1]), "Перенести…")
    await keep(page, "move")
    await page.get_by_role("dialog").get_by_role("button", name="Новое обращение").click()
    await page.get_by_role("button", name="Открыть", exact=True).click()
    await expect(page.get_by_role("heading", name=said[1])).to_be_visible()
    await expect(page.get_by_role("article").filter(has_text=said[1])).to_have_count(1)
    moved = [each for each in (await helper.get("tickets?size=10"))["items"] if each["title"] == said[1]]
    assert [each["messages_count"] for each in moved] == [1]
    assert [each["content"] for each in (await helper.get(f"tickets/{wrong['id']}/messages"))["items"]] == [None, None]


async def test_a_ticket_is_handed_over_renamed_and_rated(phone: BrowserContext, person: People) -> None:
    customer, helper, admin = await person("customer"), await person("helper"), await person("admin")
    ticket = await ask(customer, "Что-то с маунтом")
    place = f"tickets/{ticket['id']}"
    page = await phone.new_page()
    await page.goto(f"/app/?as=admin#/t/{ticket['number']}")
    await page.get_by_role("button", name="Действия", exact=True).click()
    await page.get_by_role("button", name="Передать").click()
    await page.get_by_label("Имя коллеги").fill("Мария")
    await page.get_by_role("button", name="Мария Соколова").click()
    await expect(page.get_by_text("Отвечает Мария Соколова")).to_be_visible()

    await page.get_by_role("button", name="Действия", exact=True).click()
    await page.get_by_role("button", name="Изменить тему и метки").click()
    await page.get_by_label("Коротко о главном").fill("Пропал маунт")
    await page.get_by_label("Новая метка").fill("маунты,")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("heading", name="Пропал маунт")).to_be_visible()
    after = await admin.get(place)
    assert (after["assigned_to"]["id"], after["title"], after["tags"]) == (helper.id, "Пропал маунт", ["маунты"])

    await helper.post(f"{place}/resolve", {})
    hers = await phone.new_page()
    await hers.goto(f"/app/?as=customer#/t/{ticket['number']}")
    await hers.get_by_role("button", name="Оценить ответ").click()
    await hers.get_by_role("radio", name="Отлично").check()
    await hers.get_by_label("Комментарий").fill("Быстро!")
    await hers.get_by_role("button", name="Отправить оценку").click()
    await expect(hers.get_by_text("Оценка: 5 из 5").first).to_be_attached()
    await expect(hers.get_by_role("button", name="Оценить ответ")).to_have_count(0)
    assert (await admin.get(place))["rating"] == 5


async def test_an_admin_gives_a_role_and_closes_access(phone: BrowserContext, person: People) -> None:
    customer = await person("customer")
    admin = await person("admin")
    page = await phone.new_page()
    await page.goto("/app/?as=admin")
    await page.get_by_role("button", name="Настройки").click()
    await page.get_by_role("button", name="Участники").click()
    await page.get_by_role("button", name="Алексей Морозов").click()
    card = page.get_by_role("dialog")
    try:
        await card.get_by_role("button", name="Модератор").click()
        await expect(card.get_by_role("button", name="Модератор", pressed=True)).to_be_visible()
        assert (await admin.get(f"members/{customer.id}"))["role"] == "MODERATOR"
        await card.get_by_role("button", name="Закрыть доступ").click()
        await card.get_by_role("textbox").fill("Пишет всем одно и то же")
        await card.get_by_role("button", name="Закрыть доступ").click()
        await expect(card.get_by_role("button", name="Вернуть доступ")).to_be_visible()
        assert (await admin.get(f"members/{customer.id}"))["blocked"] is True
    finally:
        await admin.put(f"members/{customer.id}/blocked", {"blocked": False})
        await admin.put(f"members/{customer.id}/role", {"role": "USER"})
