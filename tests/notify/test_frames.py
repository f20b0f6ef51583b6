"""What a client may say."""

import json
from typing import Any

import pytest
from tikethet_notify import frames

TICKET = "018f0000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"type": "ping"}, frames.Ping()),
        ({"type": "ping", "more": 1}, frames.Ping()),
        ({"type": "typing", "ticket_id": TICKET}, frames.Typing(TICKET)),
        ({"type": "looking", "ticket_id": TICKET}, frames.Looking(TICKET)),
        ({"type": "read", "ticket_id": TICKET, "version": 7}, frames.Read(TICKET, 7)),
        ({"type": "looking", "ticket_id": TICKET, "gone": True}, frames.Looking(TICKET, gone=True)),
        ({"type": "authenticate", "token": "t"}, frames.Authenticate("t")),
        (
            {"type": "authenticate", "token": "t", "resume": {"epoch": "e", "position": 3}},
            frames.Authenticate("t", frames.Resume("e", 3)),
        ),
    ],
)
def test_what_is_understood(said: dict[str, Any], read: frames.ClientFrame) -> None:
    assert frames.read(json.dumps(said).encode()) == read


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b"[" * 5000, "invalid"),
        (b'{"type":"ping","deep":' + b"[" * 30_000, "malformed_json"),
        (b"[]", "invalid"),
        (b"{}", "invalid"),
        (b'{"type":"sing"}', "invalid"),
        (b'{"type":"authenticate"}', "invalid"),
        (b'{"type":"authenticate","token":1}', "invalid"),
        (b'{"type":"authenticate","token":"t","resume":{"epoch":"e","position":-1}}', "invalid"),
        (b'{"type":"authenticate","token":"t","resume":{"epoch":"e","position":1e40}}', "invalid"),
        (b'{"type":"authenticate","token":"t","resume":{"position":1}}', "invalid"),
        (b'{"type":"typing","ticket_id":"*"}', "invalid"),
        (b'{"type":"typing","ticket_id":"a.>"}', "invalid"),
        (b'{"type":"looking","ticket_id":"*"}', "invalid"),
        (b'{"type":"read","ticket_id":"a","version":-1}', "invalid"),
    ],
)
def test_what_is_not(said: bytes, code: str) -> None:
    with pytest.raises(frames.Unreadable) as refused:
        frames.read(said)
    assert refused.value.code == code


def test_what_is_said_is_json() -> None:
    assert json.loads(frames.ready("e", 3, resumed=True)) == {
        "type": "ready",
        "epoch": "e",
        "position": 3,
        "resumed": True,
    }
    assert json.loads(frames.progress(4)) == {"type": "progress", "position": 4}
    assert json.loads(frames.presence(2)) == {"type": "presence", "online": 2}
    assert json.loads(frames.typing("t", "m")) == {"type": "typing", "ticket_id": "t", "member_id": "m"}
    assert json.loads(frames.error("c", "почему")) == {"type": "error", "code": "c", "detail": "почему"}
    assert json.loads(frames.PONG) == {"type": "pong"}
