from tikethet_events.bounded import Bounded


def test_the_least_recently_asked_for_goes_first() -> None:
    kept: Bounded[int] = Bounded(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)

    assert ("a" in kept, "b" in kept, "c" in kept) == (True, False, True)
    assert kept.get("b") is None
    assert (len(kept), sorted(kept)) == (2, [1, 3])
    kept.drop("a")
    kept.drop("a")
    assert len(kept) == 1
