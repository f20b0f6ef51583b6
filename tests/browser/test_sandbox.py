"""The demo's chat page: people talk to the bot on one screen, and nothing is lost when things are killed."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect
from tikethet_devstack.stack import Stack

from tests.browser.people import Keep
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "app.png"


def screen(page: Page, who: str) -> Locator:
    return page.locator(f'section[data-who="{who}"]')


async def write(page: Page, who: str, text: str) -> None:
    field = screen(page, who).get_by_label("Сообщение", exact=True)
    await field.fill(text)
    await field.press("Enter")


async def bubble(page: Page, who: str, text: str) -> Locator:
    """The newest bubble that says this."""
    found = screen(page, who).locator(".bubble", has_text=text).last
    await expect(found).to_be_visible()
    return found


@pytest.fixture
async def sandbox(desktop: BrowserContext) -> Page:
    page = await desktop.new_page()
    await page.goto("/sandbox/")
    await expect(screen(page, "customer").get_by_text("TiketHet").first).to_be_visible()
    return page


async def test_a_question_and_its_answer_on_one_screen(sandbox: Page, keep: Keep) -> None:
    page = sandbox
    await write(page, "helper", "/start")
    await bubble(page, "helper", "новые обращения")
    await page.get_by_role("tab", name="Emma Clark").click()
    await write(page, "guest", "My chest does not open since the update")
    said = screen(page, "guest").locator(".bubble.mine", has_text="My chest does not open")
    await expect(said.locator(".ticks")).to_have_text("✓✓")
    card = await bubble(page, "helper", "My chest does not open")
    await card.locator(".body").dblclick()
    await write(page, "helper", "Please restart the launcher.")
    await bubble(page, "guest", "Please restart the launcher.")
    await expect(page.locator(".events li", has_text="MessagePosted").first).to_be_visible()
    await keep(page, "answered")


async def test_messages_are_edited_answered_and_deleted_by_keyboard(sandbox: Page) -> None:
    page = sandbox
    await write(page, "customer", "Опечтка")
    mine = screen(page, "customer").locator(".bubble.mine")
    await expect(mine.filter(has_text="Опечтка")).to_be_visible()
    field = screen(page, "customer").get_by_label("Сообщение", exact=True)
    await field.press("ArrowUp")
    await expect(field).to_have_value("Опечтка")
    await write(page, "customer", "Опечатка")
    corrected = mine.filter(has_text="Опечатка")
    await expect(corrected).to_contain_text("изм.")
    await corrected.focus()
    await corrected.press("Enter")
    await page.get_by_role("menuitem", name="Удалить").press("Enter")
    await expect(corrected).to_have_count(0)
    started = await mine.filter(has_text="/start").count()
    await field.fill("/sta")
    await expect(screen(page, "customer").get_by_role("option")).to_have_count(2)  # and /status
    await field.press("ArrowDown")
    await field.press("Enter")
    await expect(mine.filter(has_text="/start")).to_have_count(started + 1)


async def test_pictures_go_together(sandbox: Page) -> None:
    page = sandbox
    picker = screen(page, "customer").locator('input[type="file"]')
    await picker.set_input_files([PICTURE, PICTURE])
    album = screen(page, "customer").locator(".album").last
    await expect(album.locator("img")).to_have_count(2)
    natural = "pictures => pictures.every(each => each.complete && each.naturalWidth > 0)"
    await until(lambda: album.locator("img").evaluate_all(natural), bool)


async def test_the_app_opens_for_two_people_side_by_side(sandbox: Page, keep: Keep) -> None:
    page = sandbox
    for who in ("customer", "helper"):
        await screen(page, who).get_by_role("button", name="Mini App").click()
    own = screen(page, "customer").frame_locator(".miniapp iframe").frame_locator("iframe")
    theirs = screen(page, "helper").frame_locator(".miniapp iframe").frame_locator("iframe")
    await expect(own.get_by_role("heading", name="Мои обращения")).to_be_visible()
    await expect(theirs.get_by_role("heading", name="Обращения", exact=True)).to_be_visible()
    await own.get_by_role("button", name="Новое обращение").click()
    back = screen(page, "customer").locator(".miniapp").get_by_role("button", name="Назад")
    await expect(screen(page, "helper").locator(".miniapp").get_by_role("button", name="Закрыть")).to_be_visible()
    await keep(page, "apps")
    await back.click()
    await expect(own.get_by_role("heading", name="Мои обращения")).to_be_visible()
    await screen(page, "customer").locator(".miniapp").get_by_role("button", name="Закрыть").click()
    await expect(screen(page, "customer").locator(".miniapp")).to_have_count(0)


async def test_killed_cut_and_nothing_lost(sandbox: Page, stack: Stack, keep: Keep) -> None:
    """The page kills the bot and tickets and cuts the line on the way; the devstack's part is played here."""
    page = sandbox
    await page.get_by_role("button", name="Испытать на прочность").click()
    async with asyncio.TaskGroup() as group:
        for name in ("bot", "tickets"):
            group.create_task(started_again(stack, name))
        await expect(page.locator(".tally")).to_have_text("Отправлено 12 · дошло 12 · дважды 0", timeout=120_000)
    await expect(page.locator('.lights [data-up="false"]')).to_have_count(0, timeout=60_000)
    await keep(page, "survived")


async def started_again(stack: Stack, name: str) -> None:
    await stack.parts[name].process.wait()
    await stack.restart(name)


async def test_a_phone_shows_one_screen_at_a_time(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/sandbox/")
    await expect(screen(page, "customer").get_by_label("Сообщение", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="Журнал").click()
    await expect(page.get_by_role("heading", name="Журнал").or_(page.get_by_text("Журнал событий"))).to_be_in_viewport()
    await keep(page, "log")
