"""A desk with 5,000 tickets and a conversation of 2,000 messages: few rows are drawn, nothing jumps, and it is quick.

The figures go to tests/artefacts/speed.txt; how fast this machine is decides nothing but them.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, ViewportSize, expect
from tikethet_devstack.choices import Choices
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import free_port
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

TICKETS = 5_000
MESSAGES = 2_000
AT_ONCE = 32
ROUNDED_PX = 1.5 + 4 / 64
"""Scrolling stops at whole pixels, and layout counts in sixty-fourths of one."""
DRAWN_AT_MOST = 80
PHONE: ViewportSize = {"width": 390, "height": 844}
SETTINGS = {"REQUESTS_PER_SECOND": "1000000", "REQUESTS_BURST": "1000000", "SIGN_IN_PER_MINUTE": "6000"}
FIGURES = Path(__file__).parents[1] / "artefacts" / "speed.txt"
PATIENCE_MS = 120_000

MID_PHONE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
"""Slow 4G, as Lighthouse's mobile profile has it; with it a CPU four times slower than here."""
CPU_TIMES_SLOWER = 4

WATCH = """
window.seen = { lcp: 0, blocked: 0 };
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.blocked += Math.max(0, e.duration - 50); })
  .observe({ type: 'longtask', buffered: true });
"""

PLACE = """(holder) => {
  const box = holder.closest('.scroll, .messages');
  const top = box.getBoundingClientRect().top + 200;
  const row = [...holder.children].find((each) => each.getBoundingClientRect().top >= top);
  return [row.textContent, row.getBoundingClientRect().top];
}"""
"""What the first row well inside the view says, and where it is."""
STILL_AT = """(holder, said) => {
  const row = [...holder.children].find((each) => each.textContent === said);
  return row?.getBoundingClientRect().top ?? null;
}"""
FOCUS = """(holder) => {
  const row = holder.children[Math.floor(holder.children.length / 2)];
  row.querySelector('button').focus();
  return row.getAttribute('aria-posinset');
}"""
"""The keyboard goes to a row in the middle of what is drawn; which one that is."""
DRAWN = "(holder) => holder.children.length"


@pytest.fixture(scope="module")
async def crowd(engines_dir: Path, leash: Leash) -> AsyncIterator[str]:
    """A house of its own, so that nobody else's tests drown."""
    home = engines_dir / "crowd"
    home.mkdir()
    stack = Stack(Choices(directory=home, port=free_port(), mode="demo", reset=False, settings=SETTINGS), leash)
    try:
        await stack.start()
        await seed(stack.address)
        await _fill(stack.address)
        yield stack.address
    finally:
        await stack.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _fill(address: str) -> None:
    async with aiohttp.ClientSession(address, raise_for_status=True) as http:

        async def headers(who: str) -> dict[str, str]:
            async with http.get("/api/v1/demo/token", params={"as": who}) as answer:
                return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}

        customer, helper = await headers("customer"), await headers("helper")
        unlimited = {"tickets_per_hour": 0, "messages_per_minute": 0}
        async with http.patch("/api/v1/desk", json=unlimited, headers=await headers("admin")):
            pass
        async with http.get("/api/v1/categories", headers=customer) as answer:
            category = (await answer.json())["items"][0]["id"]
        tickets = iter(range(TICKETS))
        messages = iter(range(MESSAGES))
        speakers = cycle((customer, helper))

        async def work() -> None:
            for number in tickets:
                wish = {"category_id": category, "title": f"Вопрос {number}", "description": f"Подробности {number}"}
                async with http.post("/api/v1/tickets", json=wish, headers=customer):
                    pass
            for number in messages:
                said = {"content": f"Слово {number} " + "и ещё немного слов " * (number % 9)}
                async with http.post("/api/v1/tickets/1001/messages", json=said, headers=next(speakers)):
                    pass

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        async with http.post("/api/v1/tickets/1001/read", headers=customer):
            pass


@pytest.fixture
async def context(chromium: Browser, crowd: str) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(
        base_url=crowd, viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, locale="ru-RU"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


@pytest.fixture(scope="module")
def report() -> Callable[[str], None]:
    """Writes a line of figures for whoever wants to know."""
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text("")

    def line(text: str) -> None:
        with FIGURES.open("a") as file:
            file.write(f"{text}\n")
        print(text)

    return line


async def scroll(page: Page, box: str, by: int) -> None:
    await page.locator(box).evaluate("(box, by) => { box.scrollTop += by; }", by)
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def does_not_jump(page: Page, box: str, rows: str, step: int) -> None:
    """Scrolling by so much moves what is read by so much, whatever is learnt about the heights of rows meanwhile."""
    holder = page.locator(rows)
    for _ in range(12):
        said, before = await holder.evaluate(PLACE)
        await scroll(page, box, step)
        after = await holder.evaluate(STILL_AT, said)
        assert after is not None
        assert abs(before - after - step) <= ROUNDED_PX, (said, before, after)
        assert await holder.evaluate(DRAWN) <= DRAWN_AT_MOST


async def history_is_there(page: Page) -> None:
    """The lines about what happened come after the messages; near the beginning some come between what is in sight."""
    await expect(page.locator(".rows .service:not(.day)")).not_to_have_count(0)


async def test_a_list_of_thousands(context: BrowserContext, report: Callable[[str], None]) -> None:
    page = await context.new_page()
    await page.goto("/app/?as=helper")
    box, rows = ".list-pane .scroll", ".ticket-list"
    holder = page.locator(rows)
    await expect(page.get_by_role("listitem").first).to_be_visible()
    started = await page.evaluate("performance.now()")
    end = page.locator(".list-end", has_text="обращени")
    most = 0
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await end.count() == 0:
            await scroll(page, box, 1_000_000)
            most = max(most, await holder.evaluate(DRAWN))
    loaded = await page.evaluate("performance.now()") - started
    assert most <= DRAWN_AT_MOST
    last = page.get_by_role("listitem").last
    size = await last.get_attribute("aria-setsize")
    assert size is not None
    assert int(size) >= TICKETS
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await last.get_attribute("aria-posinset") != size:
            await scroll(page, box, 1_000_000)
    await does_not_jump(page, box, rows, -311)
    await page.locator(box).evaluate("(box) => { box.scrollTop = box.scrollHeight / 2; }")
    await scroll(page, box, 0)
    await does_not_jump(page, box, rows, -311)
    report(f"list of {size} tickets: all loaded by scrolling in {loaded / 1000:.1f} s, at most {most} rows drawn")

    focused = "document.activeElement.closest('li')?.getAttribute('aria-posinset')"
    at = int(await holder.evaluate(FOCUS))
    await page.keyboard.press("Tab")
    assert await page.evaluate(focused) == str(at + 1)
    await scroll(page, box, 1_000_000)
    assert await page.evaluate("document.activeElement.classList.contains('scroll')"), "the keyboard lost its place"


async def test_what_is_read_stays_while_others_write(context: BrowserContext, crowd: str) -> None:
    page = await context.new_page()
    await page.goto("/app/?as=helper")
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await expect(page.get_by_role("listitem").first).to_be_visible()
    await scroll(page, ".list-pane .scroll", 700)
    holder = page.locator(".ticket-list")
    said, before = await holder.evaluate(PLACE)
    async with aiohttp.ClientSession(crowd, raise_for_status=True) as http:
        async with http.get("/api/v1/demo/token", params={"as": "customer"}) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.get("/api/v1/categories", headers=headers) as answer:
            category = (await answer.json())["items"][0]["id"]
        wish = {"category_id": category, "title": "Только что", "description": "…"}
        async with http.post("/api/v1/tickets", json=wish, headers=headers):
            pass
    first = page.get_by_role("listitem").first
    await expect(first).to_contain_text("Только что")
    after = await holder.evaluate(STILL_AT, said)
    assert abs(after - before) <= ROUNDED_PX


async def test_a_conversation_of_thousands(context: BrowserContext, report: Callable[[str], None]) -> None:
    page = await context.new_page()
    await page.goto("/app/?as=customer#/t/1002")
    await expect(page.get_by_role("article").last).to_be_visible()
    small = await _opening(page, "1003")
    large = await _opening(page, "1001")
    report(f"opening a conversation: {large:.0f} ms with {MESSAGES} messages, {small:.0f} ms with a few (aim: 300 ms)")
    assert large < 1_500 + 4 * small, "its length must not matter"

    box, rows = ".messages", ".rows"
    await does_not_jump(page, box, rows, -257)
    first = page.get_by_role("article").first
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await page.locator(".older").count() > 0 or await first.get_attribute("aria-posinset") != "1":
            await scroll(page, box, -1_000_000)
            assert await page.locator(rows).evaluate(DRAWN) <= DRAWN_AT_MOST
    size = await first.get_attribute("aria-setsize")
    assert size is not None
    assert int(size) >= MESSAGES
    await history_is_there(page)
    await does_not_jump(page, box, rows, 257)
    await page.locator(box).focus()
    await page.keyboard.press("End")
    await expect(page.get_by_role("article").last).to_have_attribute("aria-posinset", size)
    await expect(page.get_by_role("article").last).to_be_in_viewport()


async def test_a_conversation_of_thousands_opens_where_the_unread_begins(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/app/?as=admin#/t/1001")  # who never said anything there
    line = page.get_by_text("Непрочитанные сообщения", exact=True)
    await expect(line).to_be_in_viewport()
    assert await page.locator(".rows").evaluate(DRAWN) <= DRAWN_AT_MOST
    end = page.get_by_role("button", name="К последним сообщениям")
    await expect(end).to_contain_text("нов")
    await does_not_jump(page, ".messages", ".rows", 257)
    await end.click()
    last = page.get_by_role("article").last
    await expect(last).to_be_in_viewport()
    await expect(end).to_have_count(0)


async def _opening(page: Page, number: str) -> float:
    """Milliseconds from going to a ticket until its newest bubble is drawn; nothing of it was kept before."""
    return float(
        await page.evaluate(
            """async (number) => {
              const begun = performance.now();
              location.hash = `#/t/${number}`;
              const isHead = () => document.querySelector('.chat-bar')?.textContent.includes(`#${number}`);
              const isThere = () => isHead() && document.querySelector('.rows article') !== null;
              while (!isThere()) await new Promise(requestAnimationFrame);
              await new Promise(requestAnimationFrame);
              return performance.now() - begun;
            }""",
            number,
        )
    )


async def test_the_first_screen_on_a_mid_phone(context: BrowserContext, report: Callable[[str], None]) -> None:
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await page.add_init_script(WATCH)
    first = await _first_screen(page, devtools)
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    again = await _first_screen(page, devtools)
    for name, seen in (("first visit", first), ("next visit", again)):
        report(f"mid phone, {name}: LCP {seen['lcp'] / 1000:.2f} s, TBT {seen['blocked']:.0f} ms")
        assert seen["lcp"] > 0


async def _first_screen(page: Page, devtools: CDPSession) -> dict[str, Any]:
    await devtools.send("Network.emulateNetworkConditions", MID_PHONE)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
    await page.goto("/app/?as=customer")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await page.wait_for_function("seen.lcp > 0")
    seen: dict[str, Any] = await page.evaluate("seen")
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return seen
