"""The Mini App inside Telegram: its theme, its buttons, its links. What Telegram's app does is played in the page."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from init_data_py import sign
from playwright.async_api import BrowserContext, Page, expect
from tikethet_gateway.settings import DEMO_BOT_TOKEN

from tests.browser.people import Keep, People
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


TELEGRAM = """
window.posted = [];
window.TelegramWebviewProxy = {
  postEvent: (name, data) => window.posted.push([name, data ? JSON.parse(data) : null]),
};
window.tell = (name, data) => window.Telegram.WebView.receiveEvent(name, data);
"""
"""What a Telegram app offers the page that it shows: a way to post events and to receive them."""

THEME = {"bg_color": "#1d2733", "secondary_bg_color": "#151e27", "text_color": "#ffffff", "button_color": "#50a8eb"}


NEWCOMER = {"id": 700_000_077, "first_name": "Новичок", "last_name": "", "username": "novice", "language_code": "ru"}


async def init_data_of(desk: str) -> str:
    """What Telegram signs for the demo's customer."""
    async with (
        aiohttp.ClientSession(desk) as http,
        http.get("/api/v1/demo/init-data", params={"as": "customer"}) as told,
    ):
        return str((await told.json())["init_data"])


async def open_in_telegram(context: BrowserContext, desk: str, start: str = "", data: str | None = None) -> Page:
    """As an iPhone's Telegram opens the app, for the demo's customer or for whoever `data` names."""
    data = data or await init_data_of(desk)
    launch = {
        "tgWebAppData": data,
        "tgWebAppVersion": "9.1",
        "tgWebAppPlatform": "ios",
        "tgWebAppThemeParams": json.dumps(THEME),
    }
    page = await context.new_page()
    await page.add_init_script(TELEGRAM)
    await page.goto(f"/app/#{urlencode(launch | ({'tgWebAppStartParam': start} if start else {}))}")
    return page


async def until_posted(page: Page, name: str, meant: Any) -> None:
    """Wait until the last thing that the app has told Telegram under this name is what is meant."""
    said = "name => window.posted.filter(([said]) => said === name).map(([, data]) => data)"

    async def last() -> list[Any]:
        return list(await page.evaluate(said, name))[-1:]

    await until(last, lambda posted: posted == [meant])


async def press_back(page: Page) -> None:
    """Telegram's own button, which is there only while the app has asked for it."""
    await until_posted(page, "web_app_setup_back_button", {"is_visible": True})
    await page.evaluate("tell('back_button_pressed')")


async def press_send(page: Page) -> None:
    """Telegram's own button under a form that is complete."""
    look = {"is_visible": True, "text": "Отправить", "is_active": True, "is_progress_visible": False}
    await until_posted(page, "web_app_setup_main_button", look)
    await page.evaluate("tell('main_button_pressed')")


async def test_telegram_lends_its_theme_and_buttons(phone: BrowserContext, desk: str, keep: Keep) -> None:
    page = await open_in_telegram(phone, desk)
    await expect(page.get_by_role("list").get_by_role("button")).not_to_have_count(0)
    await expect(page.get_by_text("Помощник")).to_have_count(0)
    await expect(page.locator("body")).to_have_css("background-color", "rgb(21, 30, 39)")
    await keep(page, "list")
    await page.get_by_role("button", name="Новое обращение").click()
    await page.locator("label", has_text="Донат").click()
    await page.get_by_label("Коротко о главном").fill("Вопрос о подписке")
    await page.get_by_label("Подробности").fill("Когда она продлится?")
    await expect(page.get_by_role("button", name="Отправить")).to_have_count(0)
    await press_send(page)
    await expect(page.get_by_role("heading", name="Вопрос о подписке")).to_be_visible()
    await until_posted(page, "web_app_setup_main_button", {"is_visible": False})

    light = {"theme_params": THEME | {"secondary_bg_color": "#efeff4", "bg_color": "#ffffff", "text_color": "#000000"}}
    await page.evaluate("theme => tell('theme_changed', theme)", light)
    await expect(page.locator("body")).to_have_css("background-color", "rgb(239, 239, 244)")
    await keep(page, "chat")
    await press_back(page)
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible()
    await until_posted(page, "web_app_setup_back_button", {"is_visible": False})


async def test_a_link_opens_its_ticket_with_the_list_behind_it(phone: BrowserContext, desk: str) -> None:
    page = await open_in_telegram(phone, desk, "ticket_1001")
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(page).to_have_url(re.compile(r"#/t/1001$"))
    await page.reload()  # what Telegram wrote into the address is gone from it by now
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Назад")).to_have_count(0)
    await press_back(page)
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible()


async def test_an_invite_that_opens_the_app_goes_on_with_the_bot(
    phone: BrowserContext, desk: str, person: People
) -> None:
    customer = await person("customer")
    bot = (await until(lambda: customer.get("desk"), lambda desk: bool(desk["bot"])))["bot"]  # once it is in
    page = await open_in_telegram(phone, desk, "invite_q6urq6urq6ur")
    await until_posted(page, "web_app_open_tg_link", {"path_full": f"/{bot}?start=invite_q6urq6urq6ur"})
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible()


async def test_before_the_first_question_telegram_asks_whether_the_bot_may_write(
    phone: BrowserContext, desk: str, person: People, keep: Keep
) -> None:
    data = sign({"user": json.dumps(NEWCOMER)}, DEMO_BOT_TOKEN, auth_date=datetime.now(UTC))
    page = await open_in_telegram(phone, desk, data=data)
    await expect(page.get_by_role("button", name=re.compile(r"^Все\s*0$"))).to_be_visible()  # it knows so
    await page.get_by_role("button", name="Новое обращение").click()
    await page.locator("label", has_text="Донат").click()
    await page.get_by_label("Коротко о главном").fill("Как пополнить счёт?")
    await page.get_by_label("Подробности").fill("Впервые здесь.")
    await press_send(page)
    await until_posted(page, "web_app_request_write_access", None)
    await expect(page.get_by_role("heading", name="Как пополнить счёт?")).to_have_count(0)
    await page.evaluate("tell('write_access_requested', { status: 'cancelled' })")
    await expect(page.get_by_role("heading", name="Как пополнить счёт?")).to_be_visible()
    await page.wait_for_url(re.compile(r"#/t/\d+$"))
    await expect(page.get_by_text("Бот не может вам написать: ответы видны только здесь.")).to_be_visible()
    await keep(page, "only-here")
    helper = await person("helper")
    asked = (await helper.get("tickets?q=пополнить"))["items"][0]
    assert asked["user"]["reachable"] is False
    await page.evaluate("window.posted.length = 0")
    await page.get_by_role("button", name="Разрешить писать").click()
    await until_posted(page, "web_app_request_write_access", None)
    await page.evaluate("tell('write_access_requested', { status: 'allowed' })")
    await expect(page.get_by_text("Бот не может вам написать")).to_have_count(0)
    assert (await helper.get(f"members/{asked['user']['id']}"))["reachable"] is True
