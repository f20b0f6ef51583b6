"""What the Mini App does when the house is in trouble, or somebody is shown the door."""

import re

import pytest
from playwright.async_api import BrowserContext, expect
from tikethet_devstack.stack import Stack

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000


async def test_a_killed_notify_costs_nobody_a_message(
    phone: BrowserContext, person: People, stack: Stack, keep: Keep
) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1001")
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_attached()
    helper = await person("helper")
    await stack.kill("notify")
    for words in ("раз", "два", "три"):
        await helper.post("tickets/1001/messages", {"content": f"Пока вас не было: {words}"})
    await expect(page.get_by_text(re.compile("Нет связи|с задержкой")).last).to_be_visible(timeout=PATIENCE_MS)
    await keep(page, "offline")
    await stack.restart("notify")
    await expect(page.get_by_text("Пока вас не было")).to_have_count(3, timeout=PATIENCE_MS)
    await expect(page.get_by_text("На связи", exact=True).first).to_be_attached(timeout=PATIENCE_MS)


async def test_who_is_blocked_is_told_at_once(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, admin = await person("customer"), await person("admin")
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await admin.put(f"members/{customer.id}/blocked", {"blocked": True})
    try:
        await expect(page.get_by_role("heading", name="Доступ закрыт")).to_be_visible(timeout=PATIENCE_MS)
        await keep(page, "blocked")
    finally:
        await admin.put(f"members/{customer.id}/blocked", {"blocked": False})
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.get_by_text("На связи").first).to_be_visible(timeout=PATIENCE_MS)


async def test_who_becomes_staff_sees_the_queue_at_once(phone: BrowserContext, person: People) -> None:
    customer, admin = await person("customer"), await person("admin")
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await admin.put(f"members/{customer.id}/role", {"role": "HELPER"})
    try:
        await expect(page.get_by_role("button", name="Свободные")).to_be_visible(timeout=PATIENCE_MS)
    finally:
        await admin.put(f"members/{customer.id}/role", {"role": "USER"})
    await expect(page.get_by_role("heading", name="Мои обращения")).to_be_visible(timeout=PATIENCE_MS)
