"""Programs outside in the Mini App: an account's token and a webhook's secret are shown once, and both go again."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.people import Keep

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_an_account_and_a_webhook_come_and_go(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=admin#/desk/programs")
    await page.get_by_label("Название").first.fill("Касса")
    await page.get_by_label("События (пусто: все)").first.fill("TicketOpened, TicketClosed")
    await page.get_by_role("button", name="Добавить запись").click()
    await expect(page.get_by_text(re.compile("^tkh_"))).to_be_visible()
    account = page.get_by_role("button", name=re.compile("Касса"))
    await expect(account).to_contain_text("TicketClosed, TicketOpened · Открытые · ещё не использовалась")
    await keep(page, "programs")
    token = await page.get_by_text(re.compile("^tkh_")).inner_text()
    await page.locator("div", has=account).last.get_by_role("button", name=re.compile("Другой токен")).click()
    await expect(page.get_by_text(token)).to_have_count(0)
    await expect(page.get_by_text(re.compile("^tkh_"))).to_be_visible()

    await page.get_by_label("Название").nth(1).fill("Склад")
    await page.get_by_label("Адрес").fill("https://10.0.0.1/hook")
    await page.get_by_role("button", name="Добавить вебхук").click()
    await expect(page.get_by_text("Некоторые поля заполнены неверно")).to_be_visible()
    await page.get_by_label("Адрес").fill("http://127.0.0.1:9/hook")
    await page.get_by_role("button", name="Добавить вебхук").click()
    await expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()

    secret = await page.get_by_text(re.compile("^whsec_")).inner_text()
    webhook = page.get_by_role("button", name=re.compile("Склад"))
    await page.locator("div", has=webhook).last.get_by_role("button", name=re.compile("Другой секрет")).click()
    await expect(page.get_by_text(secret)).to_have_count(0)
    await expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()

    await page.reload()
    await expect(account).to_be_visible()
    await expect(page.get_by_text(re.compile("^tkh_|^whsec_"))).to_have_count(0)
    for name in ("Касса", "Склад"):
        one = page.get_by_role("button", name=re.compile(name))
        await one.click()
        await page.get_by_role("button", name=re.compile(f"{name}.*Нажмите ещё раз")).click()
        await expect(one).to_have_count(0)
