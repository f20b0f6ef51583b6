"""The docs in a real browser, before the real services."""

import shutil

import pytest
from playwright.async_api import async_playwright
from tikethet_devstack.stack import Stack


@pytest.mark.browser
async def test_the_docs_try_calls_out_without_another_origin(stack: Stack) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda failure: complaints.append(str(failure)))
        await page.goto(f"{stack.address}/docs?as=helper")
        await page.wait_for_selector(".authorize.locked")
        call = page.locator("#operations-auth-sessions_api_v1_auth_sessions_get")
        await call.locator(".opblock-summary-control").click()
        await call.locator("button.execute").click()
        await call.locator(".live-responses-table .response .response-col_status", has_text="200").wait_for()
        await browser.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((stack.address, "data:"))] == []
