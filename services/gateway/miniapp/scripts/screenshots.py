"""The README's picture of the Mini App: two phones, drawn by Chromium from a running demo. `make screenshots`.

Opens a few more tickets there, so that the list looks like one; a second run adds none.
"""
# ruff: noqa: INP001, RUF001 - a script; Russian has letters that look like Latin ones

import argparse
import asyncio
import shutil
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

PICTURE = Path(__file__).resolve().parents[4] / "docs" / "images" / "app.png"
PHONE: ViewportSize = {"width": 390, "height": 760}
SCALE = 1.5
COLORS = 256
"""So few that the file stays small, so many that nobody sees it."""
WISHES = (
    ("🔧", "NORMAL", "Квест «Пропавший караван» не засчитывается"),
    ("💰", "LOW", "Лот на аукционе висит третий день"),
    ("💎", "HIGH", "Списали дважды за один набор"),
    ("❓", "NORMAL", "Как перенести персонажа на другой сервер?"),
)
STAGE = """
<style>
  body { margin: 0 }
  main { display: flex; gap: 36px; width: max-content; padding: 36px;
         background: #d5e2f0 }
  img { display: block; width: 390px; border-radius: 34px; border: 7px solid #10161d }
</style>
"""


async def main(address: str) -> None:
    """Draw the picture from the demo at `address`."""
    await _fill(address)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with TemporaryDirectory() as name:
            folder = Path(name)
            shots = [folder / "list.png", folder / "chat.png"]
            await _list(await _phone(browser, address, "light"), shots[0])
            await _chat(await _phone(browser, address, "dark"), shots[1])
            await _compose(browser, shots)
        await browser.close()


async def _fill(address: str) -> None:
    async with aiohttp.ClientSession(address, raise_for_status=True) as http:
        async with http.get("/api/v1/demo/token?as=customer") as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.get("/api/v1/categories", headers=headers) as answer:
            categories = {each["icon"][0]: each["id"] for each in (await answer.json())["items"]}
        for icon, priority, title in WISHES:
            wish = {"category_id": categories[icon], "priority": priority, "title": title, "description": title}
            key = {"Idempotency-Key": f"screenshots:{ord(icon)}"}
            async with http.post("/api/v1/tickets", json=wish, headers=headers | key):
                pass


async def _phone(browser: Browser, address: str, scheme: str) -> Page:
    context = await browser.new_context(
        base_url=address,
        viewport=PHONE,
        device_scale_factor=SCALE,
        has_touch=True,
        is_mobile=True,
        locale="ru-RU",
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # for the style below
    )
    page = await context.new_page()
    await page.add_init_script("addEventListener('DOMContentLoaded', () => localStorage.clear(), { once: true })")
    return page


async def _list(page: Page, shot: Path) -> None:
    await page.goto("/app/?as=helper")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_visible()
    await _take(page, shot)


async def _chat(page: Page, shot: Path) -> None:
    await page.goto("/app/?as=helper#/t/1003")
    await expect(page.get_by_role("article").last).to_be_visible()
    await expect(page.get_by_text("На связи").first).to_be_attached()
    await _take(page, shot)


async def _take(page: Page, shot: Path) -> None:
    """Without what only the demo has."""
    await page.add_style_tag(content=".list-pane .personas { display: none }")
    await page.wait_for_timeout(300)  # the last mark turns from new to read
    await page.screenshot(path=shot)


async def _compose(browser: Browser, shots: list[Path]) -> None:
    page = await browser.new_page(device_scale_factor=SCALE, viewport={"width": 1000, "height": 1000})
    sources = [b64encode(shot.read_bytes()).decode() for shot in shots]
    await page.set_content(
        f"{STAGE}<main>" + "".join(f'<img src="data:image/png;base64,{source}">' for source in sources)
    )
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    await page.locator("main").screenshot(path=PICTURE)
    with Image.open(PICTURE) as picture:
        picture.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=4).save(PICTURE, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000", help="of a running demo")
    asyncio.run(main(parser.parse_args().address))
