import jwt
import pytest
from tikethet_service.callers import (
    ACCESS_SECONDS,
    CALLER_SECONDS,
    LEEWAY_SECONDS,
    AccessTokens,
    Caller,
    CallerSigner,
    CallerVerifier,
    bearer,
    public_key_of,
)
from tikethet_service.problems import Problem

GATEWAY = b"g" * 32
NOTIFY = b"n" * 32
MEMBER = "0198c0de-0000-7000-8000-000000000001"
KEYS = {"gateway": public_key_of(GATEWAY), "notify": public_key_of(NOTIFY)}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(clock: Clock) -> CallerVerifier:
    return CallerVerifier("tickets", KEYS, clock=clock)


def refused(verifier: CallerVerifier | AccessTokens, token: str) -> str:
    with pytest.raises(Problem) as problem:
        verifier.verify(token)
    assert problem.value.status == 401
    return problem.value.code


def test_the_gateway_speaks_for_a_member(clock: Clock, verifier: CallerVerifier) -> None:
    signer = CallerSigner("gateway", GATEWAY, clock=clock)
    caller = verifier.verify(signer.token(MEMBER, "tickets", session_id="s1"))
    assert caller == Caller("gateway", MEMBER, "s1")
    assert caller.member_id == MEMBER


def test_a_service_speaks_for_itself(clock: Clock, verifier: CallerVerifier) -> None:
    caller = verifier.verify_header("Bearer " + CallerSigner("notify", NOTIFY, clock=clock).own("tickets"))
    assert caller == Caller("notify", "service:notify")
    assert caller.member_id is None


@pytest.mark.parametrize("subject", [MEMBER, "account:1", "service:gateway"])
def test_notify_may_not_speak_for_others(clock: Clock, verifier: CallerVerifier, subject: str) -> None:
    token = CallerSigner("notify", NOTIFY, clock=clock).token(subject, "tickets")
    assert refused(verifier, token) == "unauthorized"


def test_forged_and_foreign_tokens_are_refused(clock: Clock, verifier: CallerVerifier) -> None:
    signer = CallerSigner("gateway", NOTIFY, clock=clock)
    assert refused(verifier, signer.token(MEMBER, "tickets")) == "unauthorized"
    right = CallerSigner("gateway", GATEWAY, clock=clock)
    assert refused(verifier, right.token(MEMBER, "notify")) == "unauthorized"
    assert refused(verifier, CallerSigner("stranger", GATEWAY, clock=clock).token(MEMBER, "tickets")) == "unauthorized"
    claims = {"iss": "gateway", "sub": MEMBER, "aud": "tickets", "exp": int(clock.now) + 60}
    assert refused(verifier, jwt.encode(claims, "k" * 64, algorithm="HS256")) == "unauthorized"
    assert refused(verifier, jwt.encode(claims, "", algorithm="none")) == "unauthorized"
    assert refused(verifier, "rubbish") == "unauthorized"
    without = {name: value for name, value in claims.items() if name != "exp"}
    key = right._key
    assert refused(verifier, jwt.encode(without, key, algorithm="EdDSA")) == "unauthorized"
    assert refused(verifier, jwt.encode({**claims, "sub": ""}, key, algorithm="EdDSA")) == "unauthorized"


def test_a_cached_token_still_ends(clock: Clock, verifier: CallerVerifier) -> None:
    token = CallerSigner("gateway", GATEWAY, clock=clock).token(MEMBER, "tickets")
    verifier.verify(token)
    clock.now += CALLER_SECONDS + LEEWAY_SECONDS - 1
    verifier.verify(token)
    clock.now += 2
    assert refused(verifier, token) == "unauthorized"


def test_tokens_are_reused_while_fresh_and_per_session(clock: Clock) -> None:
    signer = CallerSigner("gateway", GATEWAY, clock=clock)
    first = signer.token(MEMBER, "tickets", session_id="a")
    assert signer.token(MEMBER, "tickets", session_id="a") == first
    assert signer.token(MEMBER, "tickets", session_id="b") != first
    clock.now += 46
    assert signer.token(MEMBER, "tickets", session_id="a") != first


def test_access_tokens_live_fifteen_minutes(clock: Clock) -> None:
    tokens = AccessTokens(KEYS["gateway"], GATEWAY, clock=clock)
    token = tokens.issue(MEMBER, "s1")
    elsewhere = AccessTokens(KEYS["gateway"], clock=clock)
    access = elsewhere.verify(token)
    assert (access.member_id, access.session_id) == (MEMBER, "s1")
    assert access.expires_at == clock.now + ACCESS_SECONDS
    clock.now += ACCESS_SECONDS
    assert refused(elsewhere, token) == "token_expired"
    with pytest.raises(TypeError):
        elsewhere.issue(MEMBER, "s1")


def test_a_caller_token_is_no_access_token_and_the_other_way_round(clock: Clock, verifier: CallerVerifier) -> None:
    tokens = AccessTokens(KEYS["gateway"], GATEWAY, clock=clock)
    assert refused(verifier, tokens.issue(MEMBER, "s1")) == "unauthorized"
    signer = CallerSigner("gateway", GATEWAY, clock=clock)
    assert refused(tokens, signer.token(MEMBER, "tickets", session_id="s1")) == "unauthorized"
    assert refused(tokens, signer.token(MEMBER, "tikethet")) == "unauthorized"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic abc", "tma abc"])
def test_a_missing_bearer_is_unauthorized(header: str | None) -> None:
    with pytest.raises(Problem, match="unauthorized"):
        bearer(header)
