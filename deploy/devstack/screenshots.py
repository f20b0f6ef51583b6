"""The README's picture of the sandbox, drawn by Chromium from a running demo that is still fresh. `make screenshots`.

A story in each language: the team's group is connected, somebody asks, gets an answer from a topic, and asks again
while the bot is dead.
"""
# ruff: noqa: RUF001 - Russian has letters that look like Latin ones

import argparse
import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from tikethet_devstack import pictures

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SCALE = 1.5
COLORS = 256
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Story:
    """What is said, and by whose words the page's buttons are found."""

    locale: str
    picture: str
    seat: str
    who: str
    topic: str
    connect: str
    message: str
    kill: str
    question: str
    answer: str
    again: str


STORIES = (
    Story(
        "ru-RU", "sandbox.ru.png", "Алексей Морозов", "customer", "#1003", "Подключить группу", "Сообщение",
        "Убить бота", "Вместо входа теперь просит оплату, хотя подписка оплачена. Чек прикладываю.",
        "Алексей, чек нашла: подписка активна, зайдите ещё раз.", "Пустило, спасибо! А скин для лодки в неё входит?",
    ),
    Story(
        "en-US", "sandbox.png", "Emma Clark", "guest", "The server asks", "Connect the group", "Message",
        "Kill the bot", "The server asks me to pay although my subscription is paid. Receipt attached.",
        "Emma, I found the receipt: the subscription is active, please sign in again.",
        "I am in, thank you! Is the boat skin part of it?",
    ),
)  # fmt: skip


async def main(address: str) -> None:
    """Draw the pictures from the demo at `address`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for story in STORIES:
            await _tell(browser, address, story)
        await browser.close()


async def _tell(browser: Browser, address: str, story: Story) -> None:
    context = await browser.new_context(
        base_url=address, viewport={"width": 1440, "height": 900}, device_scale_factor=SCALE, locale=story.locale,
        color_scheme="light", reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto("/sandbox/")
    await page.get_by_role("tab", name=story.seat).click()
    connect = page.get_by_role("button", name=story.connect)
    await expect(page.locator("section.group .list")).to_be_visible()
    if await connect.count():
        await connect.click()
        await _screen(page, "admin").locator(".key.url").last.click()
        await expect(connect).to_have_count(0)
        await page.locator('section[data-who="admin"]').get_by_role("tab", name="Мария").click()
        await _write(page, "helper", story, "/start")
    field = _screen(page, story.who).get_by_label(story.message, exact=True)
    await field.fill(story.question)
    receipt = {"name": "receipt.png", "mimeType": "image/png", "buffer": pictures.receipt()}
    await _screen(page, story.who).locator('input[type="file"]').set_input_files(receipt)  # type: ignore[arg-type]
    await page.locator("section.group .topics").get_by_role("tab", name=story.topic).click()
    group = page.locator("section.group")
    await expect(group.locator(".bubble", has_text=story.question[:20]).first).to_be_visible()
    await group.get_by_label(story.message, exact=True).fill(story.answer)
    await group.get_by_label(story.message, exact=True).press("Enter")
    await expect(_screen(page, story.who).locator(".bubble", has_text=story.answer)).to_be_visible(timeout=PATIENCE_MS)
    await page.get_by_role("button", name=story.kill).click()
    await _write(page, story.who, story, story.again)
    said = _screen(page, story.who).locator(".bubble.mine", has_text=story.again)
    await expect(said.locator(".ticks.arrived")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator('.lights [data-up="false"]')).to_have_count(0, timeout=PATIENCE_MS)
    await expect(group.locator(".bubble", has_text=story.again)).to_be_visible(timeout=PATIENCE_MS)
    await page.mouse.move(700, 5)
    await page.evaluate("document.activeElement.blur()")
    await page.wait_for_timeout(1500)  # pictures settle, answers come in
    shot = IMAGES / story.picture
    await page.screenshot(path=shot)
    with Image.open(shot) as picture:
        picture.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=4).save(shot, optimize=True)
    await context.close()


def _screen(page: Page, who: str) -> Locator:
    return page.locator(f'section[data-who="{who}"]')


async def _write(page: Page, who: str, story: Story, text: str) -> None:
    field = _screen(page, who).get_by_label(story.message, exact=True)
    await field.fill(text)
    await field.press("Enter")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000", help="of a running demo")
    asyncio.run(main(parser.parse_args().address))
