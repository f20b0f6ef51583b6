"""Every page of the Mini App as a picture: ru and en, light and dark, on a phone and at a desk. `make screenshots`.

They go to `tests/artefacts/pages`, to be looked at: one sheet of paper per language, theme and device lies beside them.
The README shows the helper's desk among them.
"""
# ruff: noqa: INP001, RUF001 - a script; Russian has letters that look like Latin ones

import argparse
import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, Literal

import aiohttp
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

HOUSE: Final = Path(__file__).resolve().parents[4]
FOLDER: Final = HOUSE / "tests" / "artefacts" / "pages"
README: Final[Mapping[str, str]] = {
    "conversation-en-light-desktop.png": "desk.png",
    "conversation-ru-light-desktop.png": "desk.ru.png",
}
COLORS: Final = 192
"""So few that the README's files stay small, so many that nobody sees it."""
DEVICES: Final[Mapping[str, ViewportSize]] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
LANGUAGES: Final = ("ru", "en")
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
COLUMNS: Final = {"phone": 7, "desktop": 3}
SETTLE_MS: Final = 350
"""Until a page that came has drawn its pictures."""


@dataclass(frozen=True)
class Place:
    """A page: whose, where, what shows that it stands, and what is pressed for what lies over it."""

    name: str
    who: str
    path: str
    stands: str
    press: tuple[str, ...] = ()


CHAT: Final = ".bubble"
MORE: Final = ".chat-bar > .icon-button:last-child"
BEHIND: Final[Mapping[str, str]] = {
    "details": '.sheet .cell:has(path[d^="M4 20h4"])',
    "snooze": '.sheet .cell:has(path[d^="M20 14.5"])',
    "history": '.sheet .cell:has(path[d^="M12 21a9"])',
}
"""What is pressed among all that can be done to a ticket, by its icon."""
PLACES: Final = (
    Place("list", "customer", "#/", ".ticket-row"),
    Place("new", "customer", "#/new", ".category-card input"),
    Place("chat", "customer", "#/t/1002", CHAT),
    Place("resolved", "customer", "#/t/1001", CHAT),
    Place("rate", "customer", "#/t/1001", CHAT, (".banner .chip", ".stars label:nth-child(5)")),
    Place("settings", "customer", "#/", ".ticket-row", (".bar .icon-button:last-child",)),
    Place("notices", "customer", "#/notices", ".notice"),
    Place("queue", "helper", "#/", ".ticket-row"),
    Place("filter", "helper", "#/", ".ticket-row", (".filter-button",)),
    Place("conversation", "helper", "#/t/1003", CHAT),
    Place("message", "helper", "#/t/1003", CHAT, (".bubble.other:last-of-type .bubble-menu",)),
    Place("move", "helper", "#/t/1003", CHAT, (".bubble.other:last-of-type .bubble-menu", ".sheet .cell:nth-child(3)")),
    Place("actions", "moderator", "#/t/1003", CHAT, (MORE,)),
    *(Place(name, "helper", "#/t/1003", CHAT, (MORE, cell)) for name, cell in BEHIND.items()),
    Place("person", "admin", "#/desk/members", ".cell .avatar", (".section-body .cell",)),
    *(
        Place(room, "admin", f"#/desk/{room}", ".desk-page :is(.section-body, .page-action)")
        for room in ("statistics", "members", "templates", "broadcasts", "categories", "programs", "rules")
    ),
    *(
        Place(f"{room}-new", "admin", f"#/desk/{room}", ".page-action .button", (".page-action .button",))
        for room in ("members", "templates", "broadcasts", "categories")
    ),
)


async def main(address: str) -> None:
    """Draw them all from the demo at ``address``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language in reversed(LANGUAGES):  # the demo's people read Russian again at the end
            await _speak(address, language)
            for device, theme in product(DEVICES, THEMES):
                await _series(browser, address, language, device, theme)
        await browser.close()
    for shot, name in README.items():
        with Image.open(FOLDER / shot) as picture:
            small = picture.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=4)
            small.save(HOUSE / "docs" / "images" / name, optimize=True)


async def _series(browser: Browser, address: str, language: str, device: str, theme: Literal["light", "dark"]) -> None:
    context = await browser.new_context(
        base_url=address,
        viewport=DEVICES[device],
        has_touch=device == "phone",
        is_mobile=device == "phone",
        locale=language,
        color_scheme=theme,
        reduced_motion="reduce",
        service_workers="block",
    )
    page = await context.new_page()
    shots = []
    for place in PLACES:
        shot = FOLDER / f"{place.name}-{language}-{theme}-{device}.png"
        if await _take(page, place, shot):
            shots.append(shot)
    await context.close()
    _paper(shots, FOLDER / f"all-{language}-{theme}-{device}.png", COLUMNS[device])


async def _take(page: Page, place: Place, shot: Path) -> bool:
    await page.goto("about:blank")
    await page.goto(f"/app/?as={'helper' if place.who == 'moderator' else place.who}{place.path}")
    await page.locator(place.stands).first.wait_for()
    await page.locator(".live-line.connected").first.wait_for(state="attached")
    for selector in place.press:
        target = page.locator(selector).last if selector.startswith(".bubble") else page.locator(selector).first
        if not await target.is_visible() and not selector.startswith(".bubble"):
            return False  # it stands beside, on this device
        await target.evaluate("place => place.click()")
        await page.wait_for_timeout(SETTLE_MS)
    await page.evaluate("document.querySelectorAll('.list-pane .personas').forEach(each => each.remove())")  # the demo's
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=shot)
    return True


async def _speak(address: str, language: str) -> None:
    """The demo's people read this language."""
    async with aiohttp.ClientSession(address, raise_for_status=True) as http:
        for who in ("customer", "helper", "admin"):
            async with http.get("/api/v1/demo/token", params={"as": who}) as answer:
                headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
            async with http.patch("/api/v1/auth/me", json={"language": language}, headers=headers):
                pass


def _paper(shots: list[Path], to: Path, columns: int) -> None:
    """All of a series on one sheet, half as large."""
    pictures = [Image.open(shot).convert("RGB").reduce(2) for shot in shots]
    width, height = pictures[0].size
    paper = Image.new("RGB", (columns * (width + 8), -(-len(pictures) // columns) * (height + 8)), "#808080")
    for index, picture in enumerate(pictures):
        paper.paste(picture, (index % columns * (width + 8), index // columns * (height + 8)))
    paper.save(to)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000", help="of a running demo")
    asyncio.run(main(parser.parse_args().address))
