# ruff: noqa: ISC004
"""Sign-in data against the vectors of several projects and the tricks no library refuses; paths, addresses, visits."""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from init_data_py import hash_token
from tikethet_gateway.rules import (
    INIT_DATA_MAX_BYTES,
    BotId,
    Person,
    Proof,
    TokenHash,
    area_of,
    check_init_data,
    client_address,
    is_local_visit,
    routable,
)
from tikethet_service.problems import Problem
from tikethet_service.settings import encode_key

TOKEN = "7342037359:AAHI25ES9xCOMPokpYoz-p8XVrZUdygo2J4"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
USER = {"id": 700000001, "first_name": "Алексей", "last_name": "Морозов", "username": "alexey_m", "language_code": "ru"}

GOLANG_2022 = (
    "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8",
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name"
    "%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue"
    "%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2",
    279058397,
)
AIOGRAM = (
    "42:TEST",
    "auth_date=1650385342&user=%7B%22id%22%3A42%2C%22first_name%22%3A%22Test%22%7D&query_id=test&hash="
    "46d2ea5e32911ec8d30999b56247654460c0d20949b6277af519e76271182803",
    42,
)

Pairs = Iterable[tuple[str, str]]


def signed(pairs: Pairs, token: str = TOKEN) -> str:
    """Sign any pairs, sensible or not, as Telegram would."""
    pairs = list(pairs)
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    lines = "\n".join(sorted(f"{name}={value}" for name, value in pairs))
    return urlencode([*pairs, ("hash", hmac.digest(key, lines.encode(), hashlib.sha256).hex())], quote_via=quote)


def fields(user: object = USER, *, at: datetime = NOW, **more: str) -> list[tuple[str, str]]:
    found = {"query_id": "AAH", "auth_date": str(int(at.timestamp()))} | more
    shown = user if isinstance(user, str) else json.dumps(user, ensure_ascii=False)
    return [*found.items(), *([("user", shown)] if user is not None else [])]


def check(raw: str, *, token: str = TOKEN, now: datetime = NOW) -> Person:
    return check_init_data(raw, TokenHash(hash_token(token)), now=now, max_age_s=3600)


def refusal(raw: str, **kwargs: datetime) -> str:
    with pytest.raises(Problem) as refused:
        check(raw, **kwargs)  # type: ignore[arg-type]
    return refused.value.code


def test_what_telegram_signed_is_a_person() -> None:
    person = check(signed(fields()))
    assert (person.telegram_id, person.first_name, person.last_name) == (700000001, "Алексей", "Морозов")
    assert (person.username, person.language) == ("alexey_m", "ru")


@pytest.mark.parametrize(("token", "raw", "user"), [GOLANG_2022, AIOGRAM])
def test_other_projects_vectors_are_right_but_old(token: str, raw: str, user: int) -> None:
    then = datetime.fromtimestamp(int(raw.partition("auth_date=")[2].partition("&")[0]), UTC)
    assert check(raw, token=token, now=then).telegram_id == user
    with pytest.raises(Problem, match="init_data_expired"):
        check(raw, token=token)
    with pytest.raises(Problem, match="init_data_invalid"):
        check(raw, token=TOKEN, now=then)


def test_signature_is_signed_too() -> None:
    raw = signed(fields(signature="c2lnbmF0dXJl"))
    assert check(raw).telegram_id == 700000001
    assert refusal(raw.replace("c2lnbmF0dXJl", "b3RoZXI")) == "init_data_invalid"


def test_escaped_slashes_and_blank_values_are_kept_as_signed() -> None:
    user = json.dumps(USER | {"photo_url": "https://t.me/i.svg"}).replace("/", "\\/")
    assert check(signed(fields(user, start_param=""))).telegram_id == 700000001


@pytest.mark.parametrize(
    ("code", "language"), [("ru", "ru"), ("ru-RU", "ru"), ("en", "en"), ("de", "en"), (None, "ru"), ("", "ru")]
)
def test_the_language_is_ours(code: str | None, language: str) -> None:
    assert check(signed(fields(USER | {"language_code": code}))).language == language


@pytest.mark.parametrize("change", ["user", "auth_date", "query_id", "hash"])
def test_any_change_breaks_it(change: str) -> None:
    pairs = dict(fields())
    raw = signed(pairs.items())
    value = raw.partition(f"{change}=")[2].partition("&")[0]
    other = {"auth_date": str(int(NOW.timestamp()) - 1)}.get(change, value[:-1] + ("0" if value[-1] != "0" else "1"))
    assert refusal(raw.replace(value, other)) == "init_data_invalid"


def test_age_is_measured_both_ways() -> None:
    raw = signed(fields())
    assert check(raw, now=NOW + timedelta(seconds=3600)).telegram_id
    assert refusal(raw, now=NOW + timedelta(seconds=3601)) == "init_data_expired"
    assert check(raw, now=NOW - timedelta(seconds=60)).telegram_id
    assert refusal(raw, now=NOW - timedelta(seconds=61)) == "init_data_invalid"


def test_old_and_forged_is_forged() -> None:
    raw = signed(fields(at=NOW - timedelta(days=3)), "1:other")
    assert refusal(raw) == "init_data_invalid"


@pytest.mark.parametrize(
    "user",
    [
        None,
        "",
        "null",
        "[]",
        "42",
        "{",
        "[" * 20_000,
        USER | {"is_bot": True},
        USER | {"id": 0},
        USER | {"id": -5},
        USER | {"id": 2**52},
        USER | {"id": "700000001"},
        USER | {"id": True},
        USER | {"id": 1.5},
        USER | {"first_name": 5},
        USER | {"first_name": "two\nlines"},
        USER | {"first_name": "nul\x00"},
        USER | {"first_name": "\ud800"},
        USER | {"last_name": ["x"]},
        USER | {"username": {"a": 1}},
        USER | {"language_code": {"a": 1}},
        USER | {"language_code": "ru\u0000"},
        {"id": 5},
        {"first_name": "x"},
    ],
)
def test_only_people_sign_in(user: object) -> None:
    shown = user if user is None or isinstance(user, str) else json.dumps(user)
    assert refusal(signed(fields(shown))) == "init_data_invalid"


def test_a_second_field_of_the_same_name_is_refused() -> None:
    other = json.dumps(USER | {"id": 1})
    for name, value in (("user", other), ("auth_date", "1"), ("query_id", "x")):
        assert refusal(signed([*fields(), (name, value)])) == "init_data_invalid"
    assert refusal(signed(fields()) + "&hash=" + "0" * 64) == "init_data_invalid"


def test_newline_merge() -> None:
    # The same signed lines, but chat_type has moved into the value of chat_instance.
    honest = signed(fields(chat_instance="1", chat_type="private"))
    merged = honest.replace("chat_instance=1&chat_type=private", "chat_instance=1%0Achat_type=private")
    assert merged != honest
    assert check(honest).telegram_id
    assert refusal(merged) == "init_data_invalid"


@pytest.mark.parametrize(
    "raw", ["", " ", "hash=", "a", "=b", "user=%7B%7D", "auth_date=1&hash=" + "0" * 64, "%ff%fe=1", "a=\ud800"]
)
def test_rubbish_is_invalid(raw: str) -> None:
    assert refusal(raw) == "init_data_invalid"


@pytest.mark.parametrize("date", ["-1", "1.5", "١٢٣", "", "1e9", "99999999999999999999", "0x10"])
def test_dates_are_digits(date: str) -> None:
    assert refusal(signed([("auth_date", date), ("user", json.dumps(USER))])) == "init_data_invalid"


def test_telegrams_own_signature_is_enough() -> None:
    telegram = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
    proof = BotId(7342037359, telegram.public_key().public_bytes_raw().hex())
    pairs = fields()
    lines = "\n".join(sorted(f"{name}={value}" for name, value in pairs))
    signature = encode_key(telegram.sign(f"7342037359:WebAppData\n{lines}".encode()))

    def sign_in(*, by: Proof = proof, signature: str = signature, mark: str = "0") -> Person:
        raw = urlencode([*pairs, ("signature", signature), ("hash", mark * 64)], quote_via=quote)
        return check_init_data(raw, by, now=NOW, max_age_s=3600)

    assert sign_in().telegram_id == 700000001
    # The hash is not covered and a signature has several spellings: neither makes it other init data.
    assert sign_in(mark="1").exchange_key == sign_in().exchange_key
    assert sign_in(signature=signature + "==").exchange_key == sign_in().exchange_key
    for refused in (BotId(7342037359), BotId(1, proof.public_key), TokenHash(hash_token(TOKEN))):
        with pytest.raises(Problem, match="init_data_invalid"):
            sign_in(by=refused)
    with pytest.raises(Problem, match="init_data_invalid"):
        sign_in(signature=signature[:-4])


def test_length_is_bounded() -> None:
    assert refusal(signed(fields(start_param="x" * INIT_DATA_MAX_BYTES))) == "init_data_invalid"


@given(st.text(max_size=300))
def test_whatever_comes_is_refused_without_an_accident(raw: str) -> None:
    with pytest.raises(Problem, match="init_data_invalid"):
        check(raw)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/tickets", True),
        ("/api/v1/tickets/0198-a/messages", True),
        ("/api/v1/tickets/a%20b", True),
        ("/internal/members/join", False),
        ("/api/v1/internal/members/join", False),
        ("/api/v1/internal", False),
        ("/api/v1/%69nternal/members/join", False),
        ("/api/v1/internals", True),
        ("/api/v1", False),
        ("/api/v2/tickets", False),
        ("/api/v1/../internal/x", False),
        ("/api/v1/..", False),
        ("/api/v1/./tickets", False),
        ("/api/v1/%2e%2e/internal", False),
        ("/api/v1/%2E%2e%2finternal", False),
        ("/api/v1/%252e%252e/internal", False),
        ("/api/v1//internal", False),
        ("/api/v1/a\\..\\b", False),
        ("/api/v1/a%5cb", False),
        ("/api/v1/a%00", False),
        ("/api/v1/a\nb", False),
        ("/api/v1/a%0ab", False),
    ],
)
def test_only_the_public_api_is_reached(path: str, *, expected: bool) -> None:
    assert routable(path) is expected


def test_areas_are_bounded() -> None:
    assert area_of("/api/v1/tickets/5/messages", {"tickets"}) == "/api/v1/tickets"
    assert area_of("/api/v1/whatever/5", {"tickets"}) == "/api/v1/…"


PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("1.2.3.4", None, "1.2.3.4"),
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        (None, "9.9.9.9", "unknown"),
    ],
)
def test_only_our_proxies_are_believed(peer: str | None, forwarded: str | None, expected: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == expected


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8000"}, True),
        ("127.0.0.1", {"host": "LOCALHOST"}, True),
        ("::1", {"host": "[::1]:8000"}, True),
        ("127.0.0.1", {"host": "localhost:8000", "sec-fetch-site": "same-origin"}, True),
        ("192.168.0.7", {"host": "127.0.0.1:8000"}, False),
        (None, {"host": "127.0.0.1:8000"}, False),
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"host": "evil.example"}, False),
        ("127.0.0.1", {"host": "127.0.0.1.evil.example"}, False),
        ("127.0.0.1", {"host": "localhost:8000@evil"}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "1.2.3.4"}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-host": "x"}, False),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=1.2.3.4"}, False),
        ("127.0.0.1", {"host": "localhost", "via": "1.1 x"}, False),
        ("127.0.0.1", {"host": "localhost", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_the_demo_is_for_this_machine(peer: str | None, headers: dict[str, str], *, expected: bool) -> None:
    assert is_local_visit(peer, [(name.encode(), value.encode()) for name, value in headers.items()]) is expected


def test_two_hosts_are_none() -> None:
    assert not is_local_visit("127.0.0.1", [(b"host", b"localhost"), (b"host", b"localhost")])
