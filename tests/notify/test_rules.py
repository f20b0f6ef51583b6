"""Who hears what, as a table."""

import pytest
from tikethet_events.word import Role
from tikethet_notify import rules
from tikethet_notify.rules import Limits

ROLES = [role.value for role in Role]
STAFF = ROLES[1:]


@pytest.mark.parametrize("role", [*ROLES, "ANGEL", ""])
@pytest.mark.parametrize("audience", ["public", "staff", "admin", "everybody", ""])
@pytest.mark.parametrize("requester", ["me", "somebody", None])
def test_who_hears_what(audience: str, requester: str | None, role: str) -> None:
    allowed = {
        "public": role in STAFF or requester == "me",
        "staff": role in STAFF,
        "admin": role in {"ADMIN", "DEVELOPER"},
    }
    assert rules.hears(audience, requester, "me", role) is allowed.get(audience, False)


def test_the_staff_of_the_rules_is_the_staff_of_the_words() -> None:
    assert {role.value for role in Role if role.at_least(Role.HELPER)} == rules.STAFF
    assert {role.value for role in Role if role.at_least(Role.ADMIN)} == rules.ADMINS


@pytest.mark.parametrize(
    ("requester", "role", "may"),
    [("me", "USER", True), ("somebody", "USER", False), ("somebody", "HELPER", True), ("me", "ADMIN", True)],
)
def test_who_may_type(requester: str, role: str, may: bool) -> None:  # noqa: FBT001
    assert rules.may_type(requester, "me", role) is may


@pytest.mark.parametrize(
    ("cursor", "may"),
    [(0, False), (1, True), (5000, True), (5001, True), (5002, True), (5100, True), (5101, False), (99_999, False)],
)
def test_what_is_near_enough_to_the_feed_and_within_the_log_may_resume(cursor: int, may: bool) -> None:  # noqa: FBT001
    assert rules.resumable(cursor, 5001, 5100, Limits()) is may


def test_what_the_feed_heard_meanwhile_is_in_the_log() -> None:
    assert rules.resumable(5001, 5001, 5000, Limits())
