"""Files through the whole house: gateway, tickets and the folder they are kept in."""

import hashlib
from collections.abc import AsyncIterator

import aiohttp
from tikethet_devstack.stack import Stack

from tests.system.conftest import Arrive
from tests.system.people import Person

MEBIBYTE = 1024 * 1024


async def pieces(size: int, beginning: bytes) -> AsyncIterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="raid.mp4"\r\n\r\n' + beginning
    for number in range(size // 65536):
        yield bytes([number % 256]) * 65536
    yield b"\r\n--b--\r\n"


def sending(person: Person, size: int, beginning: bytes) -> "aiohttp.client._RequestContextManager":
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "multipart/form-data; boundary=b"}
    return person.http.post("/api/v1/files", data=pieces(size, beginning), headers=headers)


async def test_a_large_file_goes_through_and_comes_back(desk: Stack, arrive: Arrive) -> None:
    customer, helper = await arrive("customer"), await arrive("helper")
    async with sending(customer, 19 * MEBIBYTE, b"\0\0\0\x18ftypmp42") as answer:
        file = await answer.json()
        assert (answer.status, file["content_type"]) == (201, "video/mp4"), file
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": "Видео рейда", "description": "", "category_id": category, "attachments": [file["id"]]}
    ticket = await customer.post("tickets", wish)
    assert (await helper.get(f"tickets/{ticket['id']}"))["attachments"] == [file]
    expected = hashlib.sha256()
    async for piece in pieces(19 * MEBIBYTE, b"\0\0\0\x18ftypmp42"):
        expected.update(piece)
    headers = {"Authorization": f"Bearer {helper.token}"}
    found = hashlib.sha256(b'--b\r\nContent-Disposition: form-data; name="file"; filename="raid.mp4"\r\n\r\n')
    async with helper.http.get(file["url"], headers=headers) as answer:
        assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        async for chunk in answer.content.iter_any():
            found.update(chunk)
    found.update(b"\r\n--b--\r\n")
    assert found.hexdigest() == expected.hexdigest()
    async with helper.http.get(file["url"], headers=headers | {"Range": "bytes=4-11"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"ftypmp42")
        assert answer.headers["Content-Range"] == f"bytes 4-11/{file['size']}"
    assert list((desk.choices.directory / "files" / "uploads").iterdir()) == []


async def test_a_refusal_comes_through_although_the_rest_is_still_being_sent(arrive: Arrive) -> None:
    customer = await arrive("customer")
    async with sending(customer, 40 * MEBIBYTE, b"\x89PNG\r\n\x1a\n") as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, "too_large")
