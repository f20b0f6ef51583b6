"""How proxies may be named, as a table."""

import base64

import pytest
from tikethet_bot.rules.proxy import proxy_of

KEY = "00112233445566778899aabbccddeeff"
HOST = b"an.example".hex()
DISGUISED = base64.urlsafe_b64encode(bytes.fromhex(f"ee{KEY}{HOST}")).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "kind", "host", "port", "rest"),
    [
        ("socks5://10.0.0.1:1080", "socks5", "10.0.0.1", 1080, (None, None, None)),
        ("socks5://bot:word@proxy.example:1080", "socks5", "proxy.example", 1080, ("bot", "word", None)),
        ("socks5://b%40t:p%3Ass%25@[::1]:1080", "socks5", "::1", 1080, ("b@t", "p:ss%", None)),
        ("http://bot:word@proxy.example:3128/", "http", "proxy.example", 3128, ("bot", "word", None)),
        (f"mtproxy://proxy.example:443?secret={KEY}", "mtproxy", "proxy.example", 443, (None, None, KEY)),
        (f"tg://proxy?server=h&port=443&secret=dd{KEY}", "mtproxy", "h", 443, (None, None, f"dd{KEY}")),
        (f"https://t.me/proxy?server=h&port=443&secret={KEY}", "mtproxy", "h", 443, (None, None, KEY)),
        (f"tg://proxy?server=h&port=443&secret={DISGUISED}", "mtproxy", "h", 443, (None, None, f"ee{KEY}{HOST}")),
        ("tg://socks?server=h&port=1080&user=bot&pass=word", "socks5", "h", 1080, ("bot", "word", None)),
    ],
)
def test_what_names_a_proxy(text: str, kind: str, host: str, port: int, rest: tuple[str | None, ...]) -> None:
    found = proxy_of(text)
    assert (found.kind, found.host, found.port) == (kind, host, port)
    assert (found.username, found.password, found.secret) == rest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ftp://topsecret@somewhere:1", "address of a proxy"),
        ("topsecret", "address of a proxy"),
        ("https://topsecret@proxy.example:443", "address of a proxy"),
        ("socks5://bot:topsecret@proxy.example", "host and port"),
        ("socks5://bot:topsecret@:1080", "host and port"),
        ("socks5://bot:topsecret@host:0", "host and port"),
        ("socks5://bot:topsecret@host:99999", "address of a proxy"),
        ("socks5://[::1:topsecret", "address of a proxy"),
        ("mtproxy://proxy.example:443", "wrong length"),
        ("mtproxy://proxy.example:443?secret=topsecret!", "neither hex nor base64"),
        ("mtproxy://proxy.example:443?secret=00ff", "wrong length"),
        (f"mtproxy://proxy.example:443?secret=ee{KEY}{'ы'.encode().hex()}", "host name is not ASCII"),
        (f"mtproxy://proxy.example:443?secret=ee{KEY}{HOST * 19}", "longer than 182"),
        (f"mtproxy://proxy.example?secret={KEY}", "host and port"),
        ("tg://proxy?server=h&port=x&secret=topsecret", "host and port"),
        ("tg://login?token=topsecret", "address of a proxy"),
    ],
)
def test_what_names_none_is_told_without_its_secrets(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        proxy_of(text)
    assert "topsecret" not in str(refused.value)
