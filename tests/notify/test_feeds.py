"""One socket's place in the stream, whose peer reads whenever it likes: nothing twice, nothing missed, in order."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tikethet_notify import feeds, rules
from tikethet_notify.feeds import CloseCode, Feed, Peer, Wire
from tikethet_notify.hub import Hub
from tikethet_notify.ring import Entry, Ring
from tikethet_notify.rules import Limits

Step = tuple[str, Any]

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("event"), st.tuples(st.sampled_from(["public", "staff", "admin"]), st.sampled_from("ab"))),
        st.tuples(st.just("pause"), st.none()),
        st.tuples(st.just("resume"), st.none()),
        st.tuples(st.just("turn"), st.none()),
        st.tuples(st.just("sweep"), st.none()),
        st.tuples(st.just("role"), st.sampled_from(["USER", "HELPER", "ADMIN"])),
        st.tuples(st.just("epoch"), st.none()),
    ),
    max_size=80,
)


class Peers:
    """The other end: keeps what it is sent; the loop's turn comes when the test says so."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.turns: list[Callable[[], None]] = []
        self.closed: list[CloseCode] = []
        self.now = 0.0
        self.wire = Wire(
            send=lambda frame: self.frames.append(json.loads(frame)),
            close=lambda code, _reason: self.closed.append(code),
            later=self.turns.append,
            clock=lambda: self.now,
        )

    def turn(self) -> None:
        turns, self.turns[:] = list(self.turns), []
        for work in turns:
            work()


def entry(position: int, audience: str = "public", requester: str = "a") -> Entry:
    return Entry(position, b"{}", audience, requester)


def feed_on(hub: Hub, peers: Peers, role: str = "USER") -> Feed:
    feed = Feed(Peer("a", "session", role, "ru", expires_at=1), peers.wire, hub.ring, Limits())
    hub.join(feed)
    feed.start(hub.epoch, hub.position, resumed=False, scanned=hub.position)
    return feed


@given(STEPS)
def test_it_hears_everything_once_in_order_whatever_the_peer_does(steps: list[Step]) -> None:
    hub, peers = Hub(Ring(max_events=1000, max_bytes=1_000_000)), Peers()
    hub.begin("1", 0, head=0)
    feed = feed_on(hub, peers)
    expected: list[int] = []  # since the last ready
    epoch = 1
    for name, value in steps:
        match name:
            case "event":
                audience, requester = value
                hub.publish(entry(hub.position + 1, audience, requester))
                if rules.hears(audience, requester, "a", feed.peer.role):
                    expected.append(hub.position)
            case "pause":
                feed.pause()
            case "resume":
                feed.resume()
            case "turn":
                peers.turn()
            case "sweep":
                hub.sweep()
            case "role":
                if value != feed.peer.role:
                    expected = []
                hub.change_role("a", value)
            case "epoch":
                epoch, expected = epoch + 1, []
                hub.begin(str(epoch), hub.position, head=hub.position)
    feed.resume()
    while peers.turns:
        peers.turn()
    cursor = -1
    heard: list[int] = []
    for frame in peers.frames:
        if frame["type"] == "ready":
            heard = []
        elif frame["type"] == "event":
            assert frame["prev"] == cursor
            heard.append(frame["position"])
        assert frame["position"] >= cursor
        cursor = frame["position"]
    assert heard == expected
    assert peers.closed == []
    assert not feed.behind


def test_a_long_way_is_gone_in_bursts() -> None:
    hub, peers = Hub(Ring(max_events=10_000, max_bytes=1_000_000)), Peers()
    hub.begin("1", 0, head=0)
    feed = feed_on(hub, peers)
    feed.pause()
    for position in range(1, feeds.BURST * 3):
        hub.publish(entry(position))
    feed.resume()
    assert len(peers.frames) == 1 + feeds.BURST
    while peers.turns:
        peers.turn()
    assert len(peers.frames) == feeds.BURST * 3


def test_one_whose_events_left_memory_is_closed_to_resume() -> None:
    hub, peers = Hub(Ring(max_events=3, max_bytes=1_000_000)), Peers()
    hub.begin("1", 0, head=0)
    feed = feed_on(hub, peers)
    feed.pause()
    for position in range(1, 10):
        hub.publish(entry(position))
    feed.resume()
    assert peers.closed == [CloseCode.SLOW]
    assert [frame["type"] for frame in peers.frames] == ["ready"]


@pytest.mark.parametrize(("seconds", "closed"), [(5.0, []), (5.1, [CloseCode.SLOW])])
def test_too_slow_is_so_many_seconds(seconds: float, closed: list[CloseCode]) -> None:
    hub, peers = Hub(Ring(max_events=10, max_bytes=1000)), Peers()
    hub.begin("1", 0, head=0)
    feed_on(hub, peers).pause()
    hub.check(seconds, wall=0)
    assert peers.closed == closed


@pytest.mark.parametrize(("size", "closed"), [(1024 * 1024, []), (1024 * 1024 + 1, [CloseCode.SLOW])])
def test_too_slow_is_so_many_bytes(size: int, closed: list[CloseCode]) -> None:
    hub, peers = Hub(Ring(max_events=10, max_bytes=10_000_000)), Peers()
    hub.begin("1", 0, head=0)
    feed_on(hub, peers).pause()
    hub.publish(Entry(1, b"x" * size, "public", "a"))
    hub.check(1.0, wall=0)
    assert peers.closed == closed


@pytest.mark.parametrize(("wall", "closed"), [(99.9, []), (100, [CloseCode.UNAUTHORIZED])])
def test_a_token_ends_on_time(wall: float, closed: list[CloseCode]) -> None:
    hub, peers = Hub(Ring(max_events=10, max_bytes=1000)), Peers()
    hub.begin("1", 0, head=0)
    feed_on(hub, peers).peer.expires_at = 100
    hub.check(0, wall)
    assert peers.closed == closed


def test_what_is_ephemeral_is_dropped_where_there_is_little_room() -> None:
    hub, peers = Hub(Ring(max_events=10, max_bytes=1000)), Peers()
    hub.begin("1", 0, head=0)
    feed = feed_on(hub, peers)
    feed.pause()
    hub.tell_presence(3)
    assert len(peers.frames) == 1
    feed.resume()
    hub.tell_presence(4)
    assert peers.frames[-1] == {"type": "presence", "online": 4}
