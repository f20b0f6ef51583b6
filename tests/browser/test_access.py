"""Whether everybody can use the Mini App: axe over its pages, in both themes."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "services/gateway/miniapp/node_modules/axe-core/axe.min.js"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


COMPLAINTS = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`)
)
"""


async def complaints(page: Page, place: str) -> list[str]:
    """What axe has to say about what is on screen now, light and dark."""
    found: list[str] = []
    for scheme in THEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.evaluate(AXE.read_text())
        found += [f"{place}, {scheme}: {each}" for each in await page.evaluate(COMPLAINTS)]
    return found


async def resolved_ticket(person: People) -> int:
    """A ticket that waits for its rating."""
    customer, helper = await person("customer"), await person("helper")
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": "Пропал маунт", "description": "После обновления.", "category_id": category}
    ticket = await customer.post("tickets", wish)
    await helper.post(f"tickets/{ticket['id']}/messages", {"content": "Вернули, проверьте."})
    await helper.post(f"tickets/{ticket['id']}/resolve", {})
    return int(ticket["number"])


async def test_a_customers_pages_have_no_barriers(phone: BrowserContext, person: People, keep: Keep) -> None:
    number = await resolved_ticket(person)
    page = await phone.new_page()
    await page.goto("/app/?as=customer")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    found = await complaints(page, "list")
    await page.get_by_role("button", name="Новое обращение").click()
    await expect(page.get_by_role("radio").first).to_be_attached()
    await page.get_by_role("button", name="Отправить").click()  # with its complaints about what is missing
    await expect(page.get_by_role("alert")).to_be_visible()
    found += await complaints(page, "new ticket")
    await page.goto("/app/?as=customer#/notices")
    await expect(page.locator(".notice").first).to_be_visible()
    found += await complaints(page, "notices")
    await page.goto(f"/app/?as=customer#/t/{number}")
    await expect(page.get_by_role("button", name="Оценить ответ")).to_be_visible()
    found += await complaints(page, "conversation")
    await page.get_by_role("button", name="Оценить ответ").click()
    await expect(page.get_by_role("radiogroup")).to_be_visible()
    found += await complaints(page, "rating")
    await keep(page, "rating")
    assert found == []


async def test_staffs_pages_have_no_barriers(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=admin")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    found = await complaints(page, "queue")
    await page.get_by_role("button", name="Настройки").click()
    await expect(page.get_by_text("Этот сеанс")).to_be_visible()
    found += await complaints(page, "settings")
    await keep(page, "settings")
    rooms = {
        "statistics": ("Статистика", "По категориям"),
        "members": ("Участники", "Мария Соколова"),
        "templates": ("Шаблоны", "Новый шаблон"),
        "broadcasts": ("Рассылки", "Новая рассылка"),
        "categories": ("Категории", "Донат"),
        "rules": ("Служба", "Название службы"),
    }
    for room, (title, shown) in rooms.items():
        await page.goto(f"/app/?as=admin#/desk/{room}")
        await expect(page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible()
        await expect(page.get_by_text(shown).first).to_be_visible()
        found += await complaints(page, room)
        await keep(page, room)
    await page.goto("/app/?as=admin#/t/1003")
    await expect(page.get_by_text("Заметка, видят только сотрудники")).to_be_visible()
    found += await complaints(page, "conversation")
    await page.get_by_role("button", name="Действия", exact=True).click()
    await expect(page.get_by_role("button", name="История")).to_be_visible()
    found += await complaints(page, "actions")
    await page.get_by_role("button", name="Алексей Морозов", exact=False).last.click()
    await expect(page.get_by_role("button", name="Закрыть доступ")).to_be_visible()
    found += await complaints(page, "card")
    await keep(page, "card")
    assert found == []


async def test_the_sandbox(desktop: BrowserContext) -> None:
    page = await desktop.new_page()
    await page.goto("/sandbox/")
    customer = page.locator('section[data-who="customer"]')
    await customer.get_by_label("Сообщение", exact=True).fill("/start")
    await customer.get_by_label("Сообщение", exact=True).press("Enter")
    await expect(customer.locator(".bubble .key").first).to_be_visible()
    assert await complaints(page, "sandbox") == []


SHEETS = {
    "members": ("Пригласить сотрудника", "Кем будет"),
    "templates": ("Новый шаблон", "Предлагать в категориях"),
    "broadcasts": ("Новая рассылка", "Кому"),
    "categories": ("Новая категория", "По-русски"),
}


async def test_what_lies_over_the_desks_pages_has_no_barriers(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    found: list[str] = []
    for room, (button, shown) in SHEETS.items():
        await page.goto(f"/app/?as=admin#/desk/{room}")
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("dialog").get_by_role("heading", name=shown).first).to_be_visible()
        found += await complaints(page, f"{room}: {button}")
        await keep(page, room)
        await page.goto("about:blank")
    await page.goto("/app/?as=helper#/t/1003")
    await page.get_by_role("button", name="Действия", exact=True).click()
    await page.get_by_role("button", name="Отложить").click()
    await expect(page.get_by_role("button", name="На три часа")).to_be_visible()
    found += await complaints(page, "snooze")
    await keep(page, "snooze")
    await page.goto("about:blank")
    await page.goto("/app/?as=helper")
    await page.get_by_role("button", name="Отбор и порядок").click()
    await expect(page.get_by_role("button", name="Сначала важное")).to_be_visible()
    found += await complaints(page, "filter")
    assert found == []


SIZES: tuple[tuple[int, int], ...] = ((320, 568), (1280, 800), (1024, 700))


async def test_every_page_fits_its_window(chromium: Browser, desk: str) -> None:
    """Nothing is wider than what shows it, on small phones and at desks; three columns have no barriers."""
    context = await chromium.new_context(base_url=desk, locale="ru-RU", reduced_motion="reduce")
    page = await context.new_page()
    found: list[str] = []
    places = ["/app/?as=customer#/new", "/app/?as=customer#/t/1003", "/app/?as=admin#/t/1003"]
    places += [f"/app/?as=admin#/desk/{room}" for room in ("statistics", *SHEETS, "rules")]
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        for place in places:
            await page.goto(place)
            shown = page.locator(".detail-pane :is(.bubble, .category-card input, .section-body, .page-action)")
            await expect(shown.first).to_be_attached()
            wide = await page.evaluate(
                """() => [document.documentElement, ...document.querySelectorAll('.page, .scroll')]
                    .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.className)"""
            )
            found += [f"{place} at {width}: {name}" for name in wide]
            await page.goto("about:blank")
        if width > SIZES[0][0]:
            await page.goto("/app/?as=admin#/t/1003")
            card = page.get_by_role("complementary", name="Действия")
            await expect(card.get_by_text("Технические").first).to_be_visible()
            found += await complaints(page, f"three columns at {width}")
    await context.close()
    assert found == []
