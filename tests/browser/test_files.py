"""Pictures and documents in the Mini App: attached, sent, seen."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.people import Keep, People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def picture(color: str, size: tuple[int, int] = (900, 600)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "PNG")
    return written.getvalue()


def files(*names: str) -> list[FilePayload]:
    made = {"png": lambda: picture("#3b82f6"), "pdf": lambda: b"%PDF-1.7\n" + b"0" * 50_000}
    kinds = {"png": "image/png", "pdf": "application/pdf"}
    return [{"name": name, "mimeType": kinds[name[-3:]], "buffer": made[name[-3:]]()} for name in names]


async def attach(page: Page, picked: Sequence[FilePayload]) -> Locator:
    """Pick files and wait until the server has them; the tray they lie in."""
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Прикрепить файл").click()
    await (await chosen.value).set_files(picked)
    tray = page.get_by_role("list", name="Прикреплённые файлы")
    await expect(tray.get_by_role("listitem")).to_have_count(len(picked))
    await expect(tray.get_by_role("progressbar")).to_have_count(0)
    return tray


async def sent_with(page: Page, name: str) -> Locator:
    """The bubble that carries a file, once the server has it."""
    mine = page.get_by_role("article", name="Вы").filter(has=page.get_by_role("button", name=name))
    await expect(mine.get_by_text("отправлено", exact=True)).to_be_attached()
    return mine


async def test_a_picture_is_attached_sent_and_seen(phone: BrowserContext, person: People, keep: Keep) -> None:
    customer, helper = await person("customer"), await person("helper")
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": "Снимок ошибки", "description": "Сейчас пришлю.", "category_id": category}
    ticket = await customer.post("tickets", wish)

    page = await phone.new_page()
    await page.goto(f"/app/?as=customer#/t/{ticket['number']}")
    tray = await attach(page, files("ошибка.png", "лишний.png", "журнал.pdf"))
    await tray.get_by_role("button", name="Убрать лишний.png").click()
    await expect(tray.get_by_role("listitem")).to_have_count(2)
    await keep(page, "picked")
    await page.get_by_role("button", name="Отправить").click()

    mine = await sent_with(page, "журнал.pdf")
    small = mine.get_by_role("img", name="ошибка.png")
    await expect(small).to_be_visible()
    await expect(small).to_have_js_property("naturalWidth", 640)
    await keep(page, "sent")

    await mine.get_by_role("button", name="Открыть ошибка.png").click()
    large = page.get_by_role("dialog").get_by_role("img")
    await expect(large).to_be_visible()
    await expect(large).to_have_js_property("naturalWidth", 900)
    await keep(page, "large")
    await page.get_by_role("button", name="Закрыть").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    async with page.expect_download() as begun:
        await mine.get_by_role("button", name="журнал.pdf").click()
    saved = await begun.value
    assert saved.suggested_filename == "журнал.pdf"
    kept: Path = await saved.path()
    assert kept.stat().st_size == 50_009  # noqa: ASYNC240  a test may wait

    (said,) = (await helper.get(f"tickets/{ticket['id']}/messages"))["items"]
    assert (said["content"], [file["filename"] for file in said["attachments"]]) == ("", ["ошибка.png", "журнал.pdf"])


async def test_a_new_ticket_with_a_picture_dropped_on_it(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/new")
    await page.locator("label", has_text="Технические проблемы").click()
    await page.get_by_label("Коротко о главном").fill("Вот что вижу")
    await page.get_by_label("Подробности").fill("На снимке.")
    await page.evaluate(
        """async bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], 'экран.png', { type: 'image/png' }));
            for (const kind of ['dragover', 'drop'])
                document.querySelector('.new-page').dispatchEvent(
                    new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        list(picture("#f97316")),
    )
    tray = page.get_by_role("list", name="Прикреплённые файлы")
    await expect(tray.get_by_role("img", name="экран.png")).to_be_visible()
    await expect(tray.get_by_role("progressbar")).to_have_count(0)
    await keep(page, "new")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("article", name="Вы").get_by_role("img", name="экран.png")).to_be_visible()
    await page.wait_for_url(re.compile(r"#/t/\d+$"))
    await page.reload()
    await expect(page.get_by_role("article", name="Вы").get_by_role("img", name="экран.png")).to_be_visible()


async def test_what_is_too_large_is_told_at_once(phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1002")
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Прикрепить файл").click()
    huge: FilePayload = {"name": "видео.bin", "mimeType": "video/mp4", "buffer": b"0" * (21 * 1024 * 1024)}
    await (await chosen.value).set_files(huge)
    await expect(page.get_by_text("видео.bin слишком большой: можно до 20 МБ")).to_be_visible()
    await expect(page.get_by_role("list", name="Прикреплённые файлы")).to_have_count(0)


def hum(seconds: int) -> bytes:
    """Silence as MPEG layer III: so many frames of 26 ms that say nothing."""
    frame = bytes.fromhex("fffb9064") + bytes(413)
    return frame * (seconds * 1000 // 26)


async def test_an_album_opens_large_and_is_leafed_through(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1002")
    colors = {"первая.png": "#3b82f6", "вторая.png": "#f97316", "третья.png": "#16a34a"}
    await attach(
        page, [{"name": name, "mimeType": "image/png", "buffer": picture(color)} for name, color in colors.items()]
    )
    await page.get_by_role("button", name="Отправить").click()
    mine = await sent_with(page, "вторая.png")
    await mine.get_by_role("button", name="Открыть вторая.png").click()
    viewer = page.get_by_role("dialog", name="Просмотр")
    await expect(viewer.get_by_text("2 из 3")).to_be_visible()
    await keep(page, "album")
    await page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("img", name="третья.png")).to_be_visible()
    await expect(viewer.get_by_role("button", name="Следующая картинка")).to_have_count(0)
    await page.keyboard.press("ArrowRight")  # it ends at the end
    await expect(viewer.get_by_text("3 из 3")).to_be_visible()
    await viewer.get_by_role("button", name="Предыдущая картинка").click()
    await expect(viewer.get_by_text("2 из 3")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await expect(viewer.get_by_role("img", name="первая.png")).to_be_visible()
    await page.evaluate(
        """() => {
            const viewer = document.querySelector('.viewer');
            for (const [kind, x] of [['touchstart', 300], ['touchend', 100]]) {
                const touch = new Touch({ identifier: 1, target: viewer, clientX: x, clientY: 300 });
                const all = { touches: kind === 'touchend' ? [] : [touch], changedTouches: [touch], bubbles: true };
                viewer.dispatchEvent(new TouchEvent(kind, all));
            }
        }"""
    )
    await expect(viewer.get_by_role("img", name="вторая.png")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)


async def test_a_voice_is_played_in_place(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1002")
    await attach(page, [{"name": "голос.mp3", "mimeType": "audio/mpeg", "buffer": hum(30)}])
    await page.get_by_role("button", name="Отправить").click()
    mine = await sent_with(page, "голос.mp3")
    await mine.get_by_role("button", name="Слушать: голос.mp3").click()
    await expect(mine.get_by_role("button", name="Пауза: голос.mp3")).to_be_visible()
    await expect(mine.get_by_role("slider", name="Место в записи")).to_be_enabled()
    await expect(mine.locator(".voice-time")).to_have_text(re.compile("^0:(0[1-9]|1[0-9])$"))  # of thirty
    await keep(page, "voice")
    await mine.get_by_role("button", name="Пауза: голос.mp3").click()
    await expect(mine.get_by_role("button", name="Слушать: голос.mp3")).to_be_visible()


FILM = """async ([width, height]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const done = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  for (let frame = 0; frame < 90; frame++) {
    pen.fillStyle = `hsl(${frame * 4} 80% 50%)`;
    pen.fillRect(0, 0, width, height);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  await done;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""
"""Films a canvas; the bytes of what came of it."""


async def test_a_video_is_played_in_place(phone: BrowserContext, keep: Keep) -> None:
    page = await phone.new_page()
    await page.goto("/app/?as=customer#/t/1002")
    films = {
        "прыжок.webm": bytes(await page.evaluate(FILM, [320, 180])),
        "round.mp4": bytes(await page.evaluate(FILM, [240, 240])),  # as the bot calls a round message
        "битое.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(4_000),
    }
    await attach(page, [{"name": name, "mimeType": "video/mp4", "buffer": film} for name, film in films.items()])
    await page.get_by_role("button", name="Отправить").click()
    mine = await sent_with(page, "битое.mp4")
    await page.reload()  # none of it is here any more
    await expect(mine.locator(".video.round")).to_have_count(1)
    await expect(mine.get_by_role("button", name="битое.mp4")).to_be_visible()  # a file to save
    await expect(mine.locator("video")).to_have_count(2)
    await keep(page, "video")
    first, second = mine.locator("video").first, mine.locator("video").last
    await mine.get_by_role("button", name="Смотреть: прыжок.webm").click()
    await expect(first).to_have_js_property("controls", value=True)
    await first.evaluate("film => { film.loop = true; }")  # it does not stop by itself
    await expect(first).to_have_js_property("paused", value=False)
    await mine.get_by_role("button", name="Смотреть: round.mp4").click()
    await expect(first).to_have_js_property("paused", value=True)
    await expect(second).to_have_js_property("controls", value=False)  # a circle has no room for them
