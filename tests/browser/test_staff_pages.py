"""What staff look after in the Mini App: reply templates, broadcasts, invites, who is shut out."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, expect
from tikethet_devstack.stack import Stack

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_template_is_written_once_and_called_up_with_a_slash(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=admin#/desk/templates")
    for name, words in (("Привет", "Здравствуйте, "), ("Ждём скриншот", "Пришлите снимок по #{ticket.number}, ")):
        await page.get_by_role("button", name="Новый шаблон").click()
        await page.get_by_label("Название").fill(name)
        await page.get_by_label("Ответ").first.fill(words)
        await page.get_by_role("button", name="имя клиента").first.click()
        await page.get_by_role("button", name="Сохранить").click()
        await expect(page.get_by_role("button", name=re.compile(f"^{name}"))).to_be_visible()
    await page.get_by_role("button", name="Поднять выше: Ждём скриншот").click()
    await expect(page.get_by_role("button", name="Поднять выше: Привет")).to_be_visible()
    await page.goto("/app/?as=helper#/t/1003")
    text = page.get_by_label("Сообщение", exact=True)
    await text.press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_text([re.compile("Ждём скриншот"), re.compile("Привет")])
    await keep(page, "slash")
    await text.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("Привет")
    await expect(text).to_have_attribute("aria-activedescendant", "suggestion-1")
    await text.press("ArrowUp")
    await text.press("Enter")
    await expect(text).to_have_value("Пришлите снимок по #1003, Алексей")
    await text.fill("/прив")
    await expect(page.get_by_role("option")).to_have_count(1)
    await text.press("Escape")
    await expect(page.get_by_role("option")).to_have_count(0)
    await text.fill("")
    await text.press_sequentially("/прив")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.get_by_role("option").click()
    await expect(text).to_have_value("Здравствуйте, Алексей")
    await page.goto("/app/?as=admin#/desk/templates")
    for name in ("Привет", "Ждём скриншот"):
        await page.get_by_role("button", name=re.compile(f"^{name}")).click()
        await page.get_by_role("button", name="Удалить шаблон").click()
        await page.get_by_role("button", name="Точно удалить?").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_text("Готовых ответов пока нет")).to_be_visible()


async def test_a_customer_writes_a_slash_like_any_other_sign(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1001")
    await page.get_by_label("Сообщение", exact=True).press_sequentially("/помощь")
    await expect(page.get_by_role("button", name="Отправить")).to_be_enabled()
    await expect(page.get_by_role("listbox")).to_have_count(0)


@pytest.fixture
async def nobody_delivers(stack: Stack) -> AsyncIterator[None]:
    """Without the bot a broadcast stays under way."""
    await stack.kill("bot")
    yield
    await stack.restart("bot")


@pytest.mark.usefixtures("nobody_delivers")
async def test_a_broadcast_is_counted_sent_followed_and_stopped(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    admin = await person("admin")
    page = await phone.new_page()
    await page.goto("/app/?as=admin#/desk/broadcasts")
    await page.get_by_role("button", name="Новая рассылка").click()
    await expect(page.get_by_role("button", name="Разослать")).to_be_disabled()
    await page.get_by_label("Сообщение").first.fill("Сегодня в 22:00 короткие работы.")
    await page.get_by_label("Сообщение").last.fill("Short maintenance at 22:00 today.")
    await expect(page.get_by_text(re.compile("^Полу"))).to_be_visible()
    await keep(page, "compose")
    await page.get_by_role("button", name="Разослать").click()
    await page.get_by_role("button", name="Точно разослать?").click()
    await expect(page.get_by_role("heading", name="Идёт")).to_be_visible()
    sent = (await admin.get("broadcasts"))["items"][0]
    assert sent["texts"]["en"] == "Short maintenance at 22:00 today."
    assert sent["audience"]["roles"] == ["USER"]
    await expect(page.get_by_text(f"Готово 0 из {sent['total']}").last).to_be_visible()
    await keep(page, "under-way")
    await page.get_by_role("button", name="Остановить").click()
    await page.get_by_role("button", name="Точно остановить?").click()
    await expect(page.get_by_role("heading", name="Остановлена")).to_be_visible()
    assert (await admin.get(f"broadcasts/{sent['id']}"))["status"] == "CANCELLED"
    await page.get_by_role("button", name="Закрыть", exact=True).click()
    await expect(page.get_by_role("button", name="Сегодня в 22:00")).to_contain_text("Остановлена")


async def test_an_invite_is_shown_once_and_revoked(phone: BrowserContext, person: People, keep: Keep) -> None:
    admin = await person("admin")
    page = await phone.new_page()
    await page.goto("/app/?as=admin#/desk/members")
    await page.get_by_role("button", name="Пригласить сотрудника").click()
    await page.get_by_role("dialog").get_by_role("button", name="Помощник").click()
    await expect(page.get_by_text(re.compile(r"invite_[\w-]{20,}"))).to_be_visible()
    await keep(page, "invite")
    await page.get_by_role("button", name="Закрыть", exact=True).click()
    await page.get_by_role("button", name="Пригласить сотрудника").click()
    await expect(page.get_by_text("Ещё не использованы")).to_be_visible()
    await expect(page.get_by_text("invite_")).to_have_count(0)
    await page.get_by_role("button", name=re.compile("Помощник Игорь")).click()
    await page.get_by_role("button", name="Нажмите ещё раз, чтобы отозвать").click()
    await expect(page.get_by_text("Открытых приглашений нет")).to_be_visible()
    assert (await admin.get("invites"))["items"] == []


async def test_somebody_is_shut_out_for_a_reason_and_a_term_and_let_in_again(
    phone: BrowserContext, person: People, keep: Keep
) -> None:
    admin, customer = await person("admin"), await person("customer")
    page = await phone.new_page()
    await page.goto("/app/?as=admin#/desk/members")
    await page.get_by_role("button", name="Алексей Морозов").click()
    await page.get_by_role("button", name="Закрыть доступ").click()
    await page.get_by_label("Причина").fill("Реклама")
    await page.get_by_role("button", name="На сутки").click()
    await keep(page, "block")
    await page.get_by_role("button", name="Закрыть доступ").click()
    await expect(page.get_by_role("button", name="Вернуть доступ")).to_be_visible()
    assert (await admin.get(f"members/{customer.id}"))["blocked"] is True
    await page.get_by_role("button", name="Вернуть доступ").click()
    await expect(page.get_by_role("button", name="Закрыть доступ")).to_be_visible()
    assert (await admin.get(f"members/{customer.id}"))["blocked"] is False
