"""Two tickets of one customer become one, and two again, in the Mini App on the real house."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.people import Keep, People, ask

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_two_tickets_become_one_and_two_again(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    twice, first = await ask(customer, "И снова про золото"), await ask(customer, "Золото не дошло")
    page, staff = await phone.new_page(), await phone.new_page()
    await page.goto(f"/app/?as=customer#/t/{twice['number']}")
    await expect(page.get_by_label("Сообщение", exact=True)).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_attached()

    await staff.goto(f"/app/?as=helper#/t/{twice['number']}")
    await staff.get_by_role("button", name="Действия", exact=True).click()
    await staff.get_by_role("button", name="Объединить с другим…").click()
    sheet = staff.get_by_role("dialog", name="Объединить с другим")
    await expect(sheet.get_by_role("button", name=f"#{first['number']}")).to_be_visible()
    await expect(sheet.get_by_role("button", name=f"#{twice['number']}")).to_have_count(0)
    await keep(staff, "choice")
    await sheet.get_by_role("button", name=f"#{first['number']}").click()
    await expect(staff.get_by_text(f"Объединено с #{first['number']}")).to_be_visible()
    await expect(staff.get_by_label("Заметка для своих")).to_be_visible()
    await expect(staff.get_by_role("button", name="Писать ответ клиенту")).to_have_count(0)
    await keep(staff, "ended")
    await staff.get_by_role("button", name="Вернуть").click()
    await expect(staff.get_by_role("button", name="Взять себе")).to_be_visible()
    assert (await helper.get(f"tickets/{twice['id']}"))["status"] == "OPEN"

    await staff.get_by_role("button", name="Действия", exact=True).click()
    await staff.get_by_role("button", name="Объединить с другим…").click()
    await sheet.get_by_role("button", name=f"#{first['number']}").click()
    await expect(page.get_by_text("Объединено с другим обращением")).to_be_visible()  # at the other side, by itself
    await expect(page.get_by_text(re.compile(rf"объединяет обращение с #{first['number']}")).last).to_be_visible()
    await keep(page, "told")
    await page.get_by_label("Сообщение", exact=True).fill("Так и не пришло")
    await page.get_by_role("button", name="Отправить").click()
    await page.wait_for_url(re.compile(rf"#/t/{first['id']}$"))
    await expect(page.get_by_role("heading", name="Золото не дошло")).to_be_visible()
    words = page.get_by_role("article", name="Вы").filter(has_text="Так и не пришло")
    await expect(words.get_by_text("отправлено", exact=True)).to_be_attached()
    await expect(page.get_by_text(re.compile(rf"присоединяет сюда обращение #{twice['number']}")).last).to_be_visible()
    await keep(page, "landed")

    await staff.get_by_role("button", name="Перейти к нему").click()
    await expect(staff.get_by_role("article").filter(has_text="Так и не пришло")).to_be_visible()
    await staff.goto(f"/app/?as=helper#/t/{twice['number']}")
    await staff.get_by_role("button", name="Отделить").click()
    await expect(staff.get_by_role("button", name="Взять себе")).to_be_visible()
    await expect(page.get_by_text(re.compile(rf"отделяет обращение #{twice['number']}")).last).to_be_visible()
    await page.goto(f"/app/?as=customer#/t/{twice['number']}")
    await expect(page.get_by_role("heading", name="И снова про золото")).to_be_visible()
    await expect(page.get_by_text("Объединено с другим обращением")).to_have_count(0)
    await keep(page, "apart")

    told = await helper.get(f"tickets/{twice['id']}")
    assert (told["merged_into"], told["status"]) == (None, "OPEN")
    said = (await helper.get(f"tickets/{first['id']}/messages"))["items"]
    assert [each["content"] for each in said] == ["Так и не пришло"]
