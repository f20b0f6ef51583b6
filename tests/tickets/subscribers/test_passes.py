"""What NATS believes of us, and what we make of its questions."""

import base64
import json
import secrets
from pathlib import Path

import pytest
from tikethet_devstack.keys import load
from tikethet_service.settings import decode_key
from tikethet_tickets.subscribers.passes import Passes, knock_of


def question(**options: str) -> bytes:
    claims = {"nats": {"user_nkey": "UA", "server_id": {"id": "NB"}, "connect_opts": options}}
    return b"e30." + base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=") + b".sig"


def test_the_token_is_found_wherever_a_client_puts_it() -> None:
    assert knock_of(question(auth_token="tkh_a")).token == "tkh_a"
    assert knock_of(question(user="crm", **{"pass": "tkh_b"})).token == "tkh_b"
    assert knock_of(question()).token == ""


@pytest.mark.parametrize("text", [b"", b"abc", b"a.b", b"e30.e30.e30", b"e30.!!!.e30", b"e30.bnVsbA.x"])
def test_nonsense_is_no_question(text: bytes) -> None:
    with pytest.raises(ValueError, match="request"):
        knock_of(text)


def test_the_installation_names_the_key_that_tickets_signs_with(tmp_path: Path) -> None:
    keys = load(tmp_path / "keys.json")
    assert keys.nats_issuer() == Passes(decode_key(keys.secret_key)).issuer
    other = base64.urlsafe_b64encode(secrets.token_bytes(40)).decode()
    assert keys.nats_issuer(other) == Passes(decode_key(other)).issuer
