"""Keys that wrap keys, and what is derived from the one secret."""

import uuid

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from tikethet_events.errors import WrongSecret
from tikethet_events.sealing import Keyring, StreamKey, event_uuid
from tikethet_events.word import MemberId

SECRET = b"a secret of at least thirty-two bytes"
MEMBER = MemberId("member")


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_where_it_was_sealed(plain: bytes) -> None:
    key = StreamKey("ticket-1", MEMBER, b"k" * 32)
    assert key.open("e", "T", 1, key.seal("e", "T", 1, plain)) == plain


@pytest.mark.parametrize("elsewhere", [("f", "T", 1), ("e", "U", 1), ("e", "T", 2)])
def test_it_opens_nowhere_else(elsewhere: tuple[str, str, int]) -> None:
    key = StreamKey("ticket-1", MEMBER, b"k" * 32)
    sealed = key.seal("e", "T", 1, b"plain")
    with pytest.raises(InvalidTag):
        key.open(*elsewhere, sealed)
    with pytest.raises(InvalidTag):
        StreamKey("ticket-2", MEMBER, b"k" * 32).open("e", "T", 1, sealed)
    with pytest.raises(InvalidTag):
        StreamKey("ticket-1", MEMBER, b"l" * 32).open("e", "T", 1, sealed)


def test_the_same_text_never_looks_the_same() -> None:
    key = StreamKey("ticket-1", MEMBER, b"k" * 32)
    assert key.seal("e", "T", 1, b"plain") != key.seal("e", "T", 1, b"plain")


@pytest.mark.parametrize("owner", [MEMBER, None])
def test_keys_come_back_from_what_is_kept(owner: MemberId | None) -> None:
    keyring = Keyring(SECRET)
    member_key, wrapped = keyring.new_member_key(MEMBER)
    over = member_key if owner else None
    key, stream_wrapped = keyring.new_stream_key("ticket-1", owner, over)
    sealed = key.seal("e", "T", 1, b"plain")

    later = Keyring(SECRET)
    assert later.member_key(MEMBER, wrapped) == member_key
    assert later.stream_key("ticket-1", owner, over, stream_wrapped).open("e", "T", 1, sealed) == b"plain"


def test_keys_do_not_open_under_another_secret_or_name() -> None:
    keyring, other = Keyring(SECRET), Keyring(SECRET + b"!")
    member_key, wrapped = keyring.new_member_key(MEMBER)
    _, stream_wrapped = keyring.new_stream_key("ticket-1", MEMBER, member_key)
    with pytest.raises(WrongSecret):
        other.member_key(MEMBER, wrapped)
    with pytest.raises(WrongSecret):
        keyring.member_key(MemberId("somebody else"), wrapped)
    with pytest.raises(WrongSecret):
        keyring.stream_key("ticket-2", MEMBER, member_key, stream_wrapped)
    with pytest.raises(WrongSecret):
        keyring.stream_key("ticket-1", MEMBER, b"x" * 32, stream_wrapped)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")


def test_digests_depend_on_the_secret_and_on_every_part() -> None:
    one, same, other = Keyring(SECRET), Keyring(SECRET), Keyring(SECRET + b"!")
    command = one.command_uuid("caller", "id")

    assert command == same.command_uuid("caller", "id")
    assert len({command, other.command_uuid("caller", "id"), one.command_uuid("calleri", "d")}) == 3
    assert command.version == 8
    assert one.fingerprint(command, b"body") == same.fingerprint(command, b"body")
    assert len({one.fingerprint(command, b"body"), other.fingerprint(command, b"body"), one.check()}) == 3
    assert one.fingerprint(command, b"body") != one.fingerprint(one.command_uuid("caller", "id2"), b"body")


@given(st.uuids(), st.integers(0, 1000))
def test_event_ids_are_uuid_5_of_command_and_index(command: uuid.UUID, index: int) -> None:
    assert event_uuid(command, index) == uuid.uuid5(command, str(index))
