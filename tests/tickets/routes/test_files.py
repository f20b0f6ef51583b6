"""Files over HTTP, on a real folder and a real database."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tikethet_tickets.rules.files import MEBIBYTE, WAITING_MAX

from tests.tickets.routes.conftest import Person, TheDesk

HTML = b"<!doctype html><script>alert(1)</script>"


def picture(color: str = "red", size: tuple[int, int] = (1200, 800), *, form: str = "PNG", **facts: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, form, **facts)
    return written.getvalue()


def kept(tmp_path: Path, kind: str = "blobs") -> list[Path]:
    return [path for path in (tmp_path / "files" / kind).rglob("*") if path.is_file()]


async def sent(person: Person, content: bytes | None = None, filename: str = "снимок.png") -> dict[str, Any]:
    answer = await person.sends(picture() if content is None else content, filename)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def status(person: Person, file: dict[str, Any], suffix: str = "") -> int:
    return (await person.get(f"files/{file['id']}{suffix}")).status_code


async def test_a_picture_is_sent_attached_and_fetched(customer: Person, helper: Person) -> None:
    content = picture()
    answer = await customer.sends(content)
    file = answer.json()
    assert answer.headers["location"] == file["url"] == f"/api/v1/files/{file['id']}"
    assert (file["filename"], file["size"], file["content_type"]) == ("снимок.png", len(content), "image/png")
    ticket = await customer.opens(attachments=[file["id"]])
    assert ticket["attachments"] == [file]
    assert (await helper.sees(ticket))["attachments"] == [file]
    fetched = await helper.get(f"files/{file['id']}")
    assert (fetched.status_code, fetched.content) == (200, content)
    assert fetched.headers["content-type"] == "image/png"
    assert fetched.headers["content-disposition"].startswith("inline; filename=")
    assert "filename*=UTF-8''%D1%81" in fetched.headers["content-disposition"]
    assert (fetched.headers["x-content-type-options"], fetched.headers["accept-ranges"]) == ("nosniff", "bytes")
    again = await helper.get(f"files/{file['id']}", if_none_match=fetched.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_a_message_may_be_nothing_but_files(customer: Person, helper: Person) -> None:
    ticket = await customer.opens()
    file = await sent(helper, b"%PDF-1.7 ...", "счёт.pdf")
    message = await helper.says(ticket, "", attachments=[file["id"]])
    assert (message["content"], message["attachments"]) == ("", [file])
    assert (file["content_type"], file["preview_url"]) == ("application/pdf", None)
    nothing = await helper.post(f"tickets/{ticket['id']}/messages", {"content": " "})
    assert (nothing.status_code, nothing.json()["errors"][0]["code"]) == (422, "too_short")


@pytest.mark.parametrize(
    ("content", "filename", "kind"),
    [
        (HTML, "cat.png", "application/octet-stream"),
        (b"\n <svg xmlns='http://www.w3.org/2000/svg'/>", "cat.svg", "application/octet-stream"),
        (b"MZ\x90\x00" + b"\0" * 100, "photo.jpg", "application/octet-stream"),
        (b"#!/bin/sh\nrm -rf /", "note.txt", "application/octet-stream"),
        (b"\x00\x01\x02", "text.txt", "application/octet-stream"),
        ("Привет".encode(), "virus.exe", "text/plain"),
    ],
)
async def test_the_content_says_what_it_is(customer: Person, content: bytes, filename: str, kind: str) -> None:
    file = await sent(customer, content, filename)
    assert (file["content_type"], file["preview_url"]) == (kind, None)
    fetched = await customer.get(f"files/{file['id']}")
    assert fetched.headers["content-type"].startswith(kind)
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert await status(customer, file, "/preview") == 404


async def test_names_are_only_names(customer: Person) -> None:
    assert (await sent(customer, b"x", "../../etc/passwd"))["filename"] == "passwd"
    assert (await sent(customer, b"x", "C:\\secret\\\u202egpj.exe"))["filename"] == "gpj.exe"
    assert (await sent(customer, b"x", 'a "b" c.txt'))["filename"] == 'a "b" c.txt'
    long = (await sent(customer, b"x", "я" * 300 + ".tar"))["filename"]
    assert (len(long), long[-5:]) == (200, "я.tar")


@pytest.mark.parametrize("beside", ["", "; filename*=UTF-8''%D1%82%20%25.txt"])
async def test_a_name_a_program_encoded_is_read(customer: Person, beside: str) -> None:
    part = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="%D1%82%20%25.txt"{beside}\r\n\r\nx\r\n--b--\r\n'
    )
    answer = await customer.client.post(
        "/api/v1/files",
        content=part.encode(),
        headers={
            "authorization": f"Bearer {customer.signer.token(customer.id, 'tickets')}",
            "content-type": "multipart/form-data; boundary=b",
        },
    )
    assert (answer.status_code, answer.json()["filename"]) == (201, "т %.txt")


async def stream(size: int, beginning: bytes) -> AsyncIterator[bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + beginning
    yield head
    for _ in range(size // 65536):
        yield b"\0" * 65536
    yield b"\r\n--b--\r\n"


async def streamed(person: Person, size: int, beginning: bytes = b"", **headers: str) -> httpx.Response:
    known = {
        "authorization": f"Bearer {person.signer.token(person.id, 'tickets')}",
        "content-type": "multipart/form-data; boundary=b",
    }
    body = stream(size, beginning)
    return await person.client.post(
        "/api/v1/files",
        content=body,
        headers=known | {name.replace("_", "-"): value for name, value in headers.items()},
    )


async def test_what_is_too_large_is_not_kept(customer: Person, tmp_path: Path) -> None:
    image = await streamed(customer, 10 * MEBIBYTE, b"\x89PNG\r\n\x1a\n")
    assert (image.status_code, image.json()["code"], image.json()["limit"]) == (413, "too_large", 10 * MEBIBYTE)
    document = await streamed(customer, 20 * MEBIBYTE, b"%PDF")
    assert (document.status_code, document.json()["limit"]) == (413, 20 * MEBIBYTE)
    declared = await streamed(customer, 0, content_length=str(30 * MEBIBYTE))
    assert declared.status_code == 413
    assert kept(tmp_path) == kept(tmp_path, "uploads") == []
    fits = await streamed(customer, 20 * MEBIBYTE)
    assert (fits.status_code, fits.json()["size"]) == (201, 20 * MEBIBYTE)


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"{}", "application/json", "unsupported_media_type"),
        (b"{}", "multipart/form-data", "unsupported_media_type"),
        (b"nonsense", "multipart/form-data; boundary=b", "bad_request"),
        (b"--b\r\nContent-Disposition: form-data", "multipart/form-data; boundary=b", "bad_request"),
        (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n', "multipart/form-data; boundary=b",
         "invalid"),
        (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--b--\r\n',
         "multipart/form-data; boundary=b", "invalid"),
    ],
)  # fmt: skip
async def test_bodies_that_hold_no_file(customer: Person, body: bytes, content_type: str, code: str) -> None:
    headers = {
        "authorization": f"Bearer {customer.signer.token(customer.id, 'tickets')}",
        "content-type": content_type,
    }
    answer = await customer.client.post("/api/v1/files", content=body, headers=headers)
    assert answer.json()["code"] == code


async def test_parts_of_a_file(customer: Person) -> None:
    content = bytes(range(256)) * 10
    file = await sent(customer, content)
    for wanted, start, end in (("0-9", 0, 10), ("100-", 100, 2560), ("-5", 2555, 2560), ("2000-99999", 2000, 2560)):
        part = await customer.get(f"files/{file['id']}", range=f"bytes={wanted}")
        assert (part.status_code, part.content) == (206, content[start:end])
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/2560"
    for nonsense in ("bytes=5-1", "bytes=0-1,5-6", "lines=1-2", "bytes=-"):
        assert (await customer.get(f"files/{file['id']}", range=nonsense)).content == content
    for beyond in ("bytes=2560-", "bytes=-0"):
        none = await customer.get(f"files/{file['id']}", range=beyond)
        assert (none.status_code, none.headers["content-range"]) == (416, "bytes */2560")
        assert none.json()["code"] == "range_not_satisfiable"
    other = await customer.get(f"files/{file['id']}", range="bytes=0-9", if_range='"another"')
    assert (other.status_code, other.content) == (200, content)


async def test_a_preview_is_small_and_tells_nothing_else(customer: Person, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Дома у Алексея", 6  # a description, and: turn it by a quarter
    file = await sent(customer, picture(form="JPEG", exif=exif))
    for _ in range(2):
        answer = await customer.get(f"files/{file['id']}/preview")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert len(kept(tmp_path, "previews")) == 1
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.size, dict(shown.getexif()), "exif" in shown.info) == ((427, 640), {}, False)
    broken = await sent(customer, picture()[:60])
    assert (broken["content_type"], await status(customer, broken, "/preview")) == ("image/png", 404)


async def test_who_may_have_a_file(
    customer: Person, other: Person, helper: Person, moderator: Person, admin: Person
) -> None:
    """Before it is attached its sender alone; then whoever sees the message."""
    ticket = await customer.opens()
    waits, said = await sent(customer, b"waits"), await sent(customer, b"said")
    answered, noted = await sent(helper, b"answered"), await sent(helper, b"noted")
    everybody = (customer, other, helper, moderator, admin)
    assert [await status(person, waits) for person in everybody] == [200, 404, 404, 404, 404]
    assert [await status(person, noted) for person in everybody] == [404, 404, 200, 404, 404]
    await customer.says(ticket, "Вот", attachments=[said["id"]])
    await helper.says(ticket, "И вот", attachments=[answered["id"]])
    await helper.says(ticket, "Между нами", attachments=[noted["id"]], is_internal=True)
    for file in (said, answered):
        assert [await status(person, file) for person in everybody] == [200, 404, 200, 200, 200]
    assert [await status(person, noted) for person in everybody] == [404, 404, 200, 200, 200]
    assert (await customer.get("files/x")).status_code == 404
    assert (await customer.get(f"files/{ticket['id']}")).status_code == 404


async def test_only_ones_own_waiting_files_can_be_attached(customer: Person, other: Person) -> None:
    ticket = await customer.opens()
    mine, foreign = await sent(customer, b"mine"), await sent(other, b"foreign")
    await customer.says(ticket, "Раз", attachments=[mine["id"]])
    fresh = await sent(customer, b"fresh")
    for files, wrong in (([foreign["id"]], 0), ([fresh["id"], mine["id"]], 1), ([ticket["id"]], 0)):
        answer = await customer.post(f"tickets/{ticket['id']}/messages", {"content": "", "attachments": files})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["field"], error["code"]) == (422, f"attachments.{wrong}", "not_found")
    opening = {"title": "Ещё", "category_id": ticket["category"]["id"], "attachments": [mine["id"]]}
    assert (await customer.post("tickets", opening)).status_code == 422
    twice = await customer.says(ticket, "Два", attachments=[fresh["id"], fresh["id"]])
    assert [file["id"] for file in twice["attachments"]] == [fresh["id"]]


async def test_one_file_goes_into_one_message(customer: Person) -> None:
    first, second = await customer.opens(), await customer.opens()
    file = await sent(customer, b"one")
    body = {"content": "", "attachments": [file["id"]]}
    answers = await asyncio.gather(
        *(customer.post(f"tickets/{ticket['id']}/messages", body) for ticket in (first, second) * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422, 422, 422]


async def test_a_message_that_comes_too_late_takes_its_files_along(
    desk: TheDesk, customer: Person, helper: Person
) -> None:
    ticket = await customer.opens()
    assert (await helper.post(f"tickets/{ticket['id']}/close")).status_code == 200
    desk.clock.ahead = timedelta(days=30)
    file = await sent(customer, b"late")
    message = await customer.says(ticket, "", attachments=[file["id"]])
    assert message["ticket_id"] != ticket["id"]
    assert message["attachments"] == [file]
    assert await status(helper, file) == 200


async def test_the_same_command_again(customer: Person) -> None:
    first = await customer.sends(b"once", idempotency_key="send-1")
    again = await customer.sends(b"once", idempotency_key="send-1")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    other = await customer.sends(b"another", idempotency_key="send-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    ticket = await customer.opens()
    body = {"content": "Вот", "attachments": [first.json()["id"]]}
    posted = [await customer.post(f"tickets/{ticket['id']}/messages", body, idempotency_key="say-1") for _ in range(2)]
    assert [answer.status_code for answer in posted] == [201, 201]
    assert posted[0].json() == posted[1].json()
    assert (await customer.sees(ticket))["messages_count"] == 1
    # A file that is part of a message already is still the same file.
    assert (await customer.sends(b"once", idempotency_key="send-1")).json() == first.json()


async def test_the_same_content_is_stored_once(customer: Person, other: Person, tmp_path: Path) -> None:
    mine, theirs = await sent(customer, b"same"), await sent(other, b"same")
    assert mine["id"] != theirs["id"]
    (blob,) = kept(tmp_path)
    assert blob.name == hashlib.sha256(b"same").hexdigest()
    assert await status(other, mine) == 404


async def collect(desk: TheDesk) -> None:
    await desk.app.state.house.files.collect()


async def test_what_no_message_takes_is_collected(desk: TheDesk, customer: Person, tmp_path: Path) -> None:
    ticket = await customer.opens()
    orphan, taken = await sent(customer, picture("blue")), await sent(customer, picture("green"))
    assert await status(customer, orphan, "/preview") == 200
    await customer.says(ticket, "", attachments=[taken["id"]])
    desk.clock.ahead = timedelta(hours=23)
    await collect(desk)
    assert await status(customer, orphan) == 200
    desk.clock.ahead = timedelta(hours=24, minutes=1)
    late = await customer.post(f"tickets/{ticket['id']}/messages", {"content": "", "attachments": [orphan["id"]]})
    assert late.status_code == 422
    desk.clock.ahead = timedelta(hours=26)
    (tmp_path / "files" / "uploads").mkdir(exist_ok=True)
    (tmp_path / "files" / "uploads" / "broken-off").write_bytes(b"half")
    await collect(desk)
    assert (await status(customer, orphan), await status(customer, taken)) == (404, 200)
    assert (len(kept(tmp_path)), kept(tmp_path, "previews"), kept(tmp_path, "uploads")) == (1, [], [])


async def test_a_message_taken_back_takes_its_files_along(
    desk: TheDesk, customer: Person, helper: Person, tmp_path: Path
) -> None:
    ticket = await customer.opens()
    file = await sent(customer)
    message = await customer.says(ticket, "", attachments=[file["id"]])
    assert (await customer.delete(f"tickets/{ticket['id']}/messages/{message['id']}")).status_code == 204
    assert (await status(customer, file), await status(helper, file)) == (404, 404)
    await collect(desk)
    assert kept(tmp_path) == []


async def test_who_is_forgotten_leaves_no_file(
    desk: TheDesk, customer: Person, other: Person, helper: Person, tmp_path: Path
) -> None:
    ticket, elsewhere = await customer.opens(), await other.opens()
    mine, waits, shared = await sent(customer, b"mine"), await sent(customer, b"waits"), await sent(customer, b"shared")
    answered, kept_by_other = await sent(helper, b"answered"), await sent(other, b"shared")
    await customer.says(ticket, "", attachments=[mine["id"], shared["id"]])
    await helper.says(ticket, "", attachments=[answered["id"]])
    await other.says(elsewhere, "", attachments=[kept_by_other["id"]])
    assert (await customer.delete("members/me")).status_code == 204
    assert [await status(helper, file) for file in (mine, waits, shared, answered)] == [404] * 4
    await collect(desk)
    assert [path.read_bytes() for path in kept(tmp_path)] == [b"shared"]
    assert await status(other, kept_by_other) == 200


async def test_not_too_many_wait_at_once(desk: TheDesk, customer: Person) -> None:
    for number in range(WAITING_MAX):
        await sent(customer, b"%d" % number)
    refused = await customer.sends(b"one more")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    desk.clock.ahead = timedelta(hours=26)
    await sent(customer, b"one more")


async def test_a_store_that_is_away_answers_503(customer: Person, tmp_path: Path) -> None:
    file = await sent(customer, b"here")
    (tmp_path / "files").rename(tmp_path / "gone")
    (tmp_path / "files").write_bytes(b"not a folder")
    for answer in (await customer.sends(b"x"), await customer.get(f"files/{file['id']}")):
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
