"""A phone with Chromium, people to talk to through the API, and screenshots kept in tests/artefacts."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright, expect
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack

from tests.browser.people import Keep, People, Person

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
async def desk(stack: Stack) -> str:
    """The address of a house with its categories, roles and the demo's three tickets."""
    assert await _serves_the_app(stack.address), "the Mini App is not built: npm run build in services/gateway/miniapp"
    await seed(stack.address)
    return stack.address


async def _serves_the_app(address: str) -> bool:
    async with aiohttp.ClientSession(address) as http, http.get("/app/") as answer:
        return answer.ok


@pytest.fixture
async def person(desk: str) -> AsyncIterator[People]:
    """`await person("helper")`: one of the demo's people at the API."""
    async with aiohttp.ClientSession(desk) as http:

        async def sign_in(who: str) -> Person:
            async with http.get("/api/v1/demo/token", params={"as": who}) as answer:
                signed = await answer.json()
            return Person(http, signed["access_token"], signed["user"])

        yield sign_in


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        missing = "no Chromium here: apt-get install chromium"
        assert "CI" not in os.environ, missing
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def phone(chromium: Browser, desk: str) -> AsyncIterator[BrowserContext]:
    """A Russian phone at the house's address. A page that logs an error or breaks its content policy fails the test."""
    context = await chromium.new_context(
        base_url=desk, viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, locale="ru-RU"
    )
    async with faultless(context):
        yield context


@pytest.fixture
async def desktop(chromium: Browser, desk: str) -> AsyncIterator[BrowserContext]:
    """The same on a desk: a wide window, a mouse, a keyboard."""
    context = await chromium.new_context(base_url=desk, viewport=WIDE, locale="ru-RU")
    async with faultless(context):
        yield context


@asynccontextmanager
async def faultless(context: BrowserContext) -> AsyncIterator[None]:
    """Closes a context at the end and fails when one of its pages complained."""
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield
    await context.close()
    assert faults == []


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Keep:
    """`await keep(page, "list")`: a screenshot among the artefacts, light and dark."""

    async def shoot(page: Page, name: str) -> None:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            folder = ARTEFACTS / "browser"
            folder.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=folder / f"{request.node.name}-{name}-{scheme}.png")

    return shoot
