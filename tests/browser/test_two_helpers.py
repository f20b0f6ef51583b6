"""Two of the staff at one ticket: each sees that the other looks at it."""

import pytest
from playwright.async_api import BrowserContext, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_who_else_looks_is_told_to_staff_alone(phone: BrowserContext, desktop: BrowserContext) -> None:
    first = await phone.new_page()
    await first.goto("/app/?as=helper#/t/1003")
    await expect(first.get_by_label("Сообщение", exact=True)).to_be_visible()
    second, customer = await desktop.new_page(), await phone.new_page()
    await customer.goto("/app/?as=customer#/t/1003")
    await second.goto("/app/?as=admin#/t/1003")
    await expect(second.get_by_text("Сейчас смотрит: Мария")).to_be_visible()
    await expect(first.get_by_text("Сейчас смотрит: Игорь")).to_be_visible()
    await expect(customer.get_by_label("Сообщение", exact=True)).to_be_visible()
    await second.goto("/app/?as=admin#/t/1001")
    await expect(first.get_by_text("Сейчас смотрит")).to_have_count(0)
    await expect(second.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(second.get_by_text("Сейчас смотрит")).to_have_count(0)
    await expect(customer.get_by_text("Сейчас смотр")).to_have_count(0)
