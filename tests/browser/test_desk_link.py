"""`/desk`: a link lets staff into a desktop browser, once; its code stays nowhere."""

import re
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import BrowserContext, expect
from tikethet_devstack import keys
from tikethet_devstack.stack import Stack
from tikethet_service.callers import CallerSigner
from tikethet_service.settings import decode_key

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def code_for(stack: Stack, member_id: str) -> str:
    """What the bot puts behind the # of the link."""
    seed = decode_key(keys.load(stack.choices.directory / "secrets").seed("bot"))
    signed = {"Authorization": f"Bearer {CallerSigner('bot', seed).own('tickets')}"}
    url = f"http://127.0.0.1:{stack.parts['tickets'].port}/api/v1/internal/desk-codes"
    async with aiohttp.ClientSession() as http, http.post(url, json={"member_id": member_id}, headers=signed) as made:
        assert made.status == 201
        return str((await made.json())["code"])


def logs_with(stack: Stack, words: str) -> list[str]:
    """Which of the house's logs say them."""
    logs = Path(stack.choices.directory / "logs").glob("*.log")
    return [log.name for log in logs if words in log.read_text(errors="replace")]


async def test_a_link_lets_a_helper_in_and_out_again(
    desktop: BrowserContext, person: People, stack: Stack, keep: Keep
) -> None:
    code = await code_for(stack, (await person("helper")).id)
    page = await desktop.new_page()
    await page.goto(f"/app/#desk={code}")
    await expect(page.get_by_role("heading", name="Обращения", exact=True)).to_be_visible()
    await expect(page.get_by_role("navigation")).to_have_count(0)  # nobody of the demo's
    await expect(page).not_to_have_url(re.compile(code))
    assert not await page.evaluate(
        "code => JSON.stringify([{...localStorage}, {...sessionStorage}]).includes(code)", code
    )
    await page.reload()
    await expect(page.get_by_role("heading", name="Обращения", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Настройки").click()
    await expect(page.get_by_text("Chrome, Linux").first).to_be_visible()
    await page.get_by_role("button", name="Выйти на этом устройстве").click()
    await expect(page.get_by_role("heading", name="Откройте в Telegram")).to_be_visible()
    await page.goto("about:blank")
    await page.goto(f"/app/#desk={code}")
    await expect(page.get_by_role("heading", name="Ссылка уже не действует")).to_be_visible()
    await keep(page, "used")
    assert logs_with(stack, code) == []


async def test_a_link_opened_in_the_same_tab_changes_who_is_here(
    desktop: BrowserContext, person: People, stack: Stack
) -> None:
    page = await desktop.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible()
    code = await code_for(stack, (await person("helper")).id)
    await page.evaluate("code => (location.hash = `desk=${code}`)", code)
    await expect(page.get_by_role("heading", name="Обращения", exact=True)).to_be_visible()
    await expect(page).not_to_have_url(re.compile(code))
