"""What a phone keeps, and a line that loses an answer."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, Route

from tests.browser.waiting import until

KEPT = """async (place) => {
  const opening = indexedDB.open('tikethet.customer');
  const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
  const reading = database.transaction(place).objectStore(place).getAll();
  const found = await new Promise((resolve) => { reading.onsuccess = () => resolve(reading.result); });
  database.close();
  return found.map((one) => JSON.stringify(one));
}"""
"""What the device keeps in one place of the customer's database."""


async def kept(page: Page, place: str, count: int) -> None:
    """Wait until the device keeps so many things there."""
    await until(lambda: page.evaluate(KEPT, place), lambda found: len(found) == count)


async def drafted(page: Page, words: str) -> None:
    """Wait until what was typed is on the device."""
    await page.wait_for_function("words => Object.values(localStorage).includes(words)", arg=words)


async def the_first_post(page: Page, to: str, meets: Callable[[Route], Awaitable[None]]) -> list[str]:
    """The first command to an address meets a fault, everything else gets through; where the faults were."""
    met: list[str] = []

    async def pass_on(route: Route) -> None:
        if route.request.method != "POST" or met:
            await route.continue_()
            return
        met.append(route.request.url)
        await meets(route)

    await page.route(to, pass_on)
    return met


async def loses_the_answer(route: Route) -> None:
    """The server has it; the phone never hears so."""
    await route.fetch()
    await route.abort()
