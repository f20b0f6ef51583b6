"""Where a message may go, however its address is spelled, and what names lead to."""

import asyncio
import ipaddress
import socket
from typing import Any

import pytest
from tikethet_devstack.process import free_port
from tikethet_tickets.webhooks.post import Post, _Looked, _NotPublic

LOOPBACK = (ipaddress.ip_network("127.0.0.1/32"),)

HOSTILE = (
    *("https://127.0.0.1/", "https://127.0.0.1:8443/", "https://[::1]/", "https://localhost/", "https://LOCALHOST./"),
    *("https://a.localhost/", "https://0.0.0.0/", "https://[::]/", "https://10.0.0.1/", "https://192.168.1.1/"),
    *("https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://[::ffff:169.254.169.254]/"),
    *("https://[64:ff9b::a9fe:a9fe]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/", "http://1.1.1.1/"),
    "http://127.0.0.1/",
)


@pytest.mark.parametrize("url", HOSTILE)
async def test_nothing_goes_to_addresses_inside(url: str) -> None:
    post = Post(())
    assert not post.may(url)
    answer = await post.send(url, {}, b"{}")
    assert (answer.error, answer.status, answer.good) == ("not_public", None, False)


async def test_names_are_looked_at_where_they_lead() -> None:
    with pytest.raises(_NotPublic):
        await _Looked((), public=True).resolve("localhost", 443)
    found = await _Looked(LOOPBACK, public=False).resolve("localhost", 443)
    assert {each["host"] for each in found} == {"127.0.0.1"}  # ::1 is not of the network
    with pytest.raises(_NotPublic):
        await _Looked(LOOPBACK, public=False).resolve("1.1.1.1", 443)  # without TLS only inside
    assert await _Looked((), public=True).resolve("1.1.1.1", 443)


async def test_a_name_goes_only_to_what_was_looked_at(receiver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at a second look gains nothing: there is one look, and its address is used."""
    port = int(receiver.url.split(":")[2].split("/")[0])
    looks: list[str] = []

    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        looks.append(host)
        address = "93.184.215.14" if len(looks) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    receiver.secret = "whsec_" + "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
    answer = await Post(LOOPBACK).send(f"http://crm.test:{port}/nowhere", {}, b"{}")
    assert answer.status == 404  # it came to the machine that was looked at
    assert looks == ["crm.test"]


async def test_what_cannot_be_reached_is_told() -> None:
    assert (await Post(LOOPBACK).send(f"http://127.0.0.1:{free_port()}/", {}, b"{}")).error == "unreachable"
    assert (await Post(()).send("https://nowhere.invalid/", {}, b"{}")).error == "unknown_host"


async def test_tls_is_checked(receiver: Any) -> None:
    assert (await Post(LOOPBACK).send(receiver.url.replace("http:", "https:"), {}, b"{}")).error in {
        "tls",
        "unreachable",
    }
