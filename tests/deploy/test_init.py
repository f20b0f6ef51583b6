import os
from pathlib import Path

from tikethet_devstack import keys
from tikethet_init.__main__ import hand_out
from tikethet_init.parts import OWNERS, contents

SERVICES = ("gateway", "tickets", "notify", "bot")


def test_a_part_knows_its_own_secrets_and_no_others(tmp_path: Path) -> None:
    kept = keys.load(tmp_path / "keys.json")
    made = contents(kept)
    for service in SERVICES:
        text = str(made[service])
        others = [kept.seed(other) for other in SERVICES if other != service]
        others += [kept.password("postgres"), kept.password("valkey")]
        if service != "tickets":
            others += [kept.secret_key, kept.password("tikethet_tickets"), kept.password("nats_tickets")]
        assert kept.seed(service) in text
        assert not [secret for secret in others if secret in text]
    assert kept.secret_key not in str([made[engine] for engine in ("postgres", "nats", "valkey", "edge")])


def test_what_is_handed_out_is_the_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    me = dict.fromkeys(OWNERS, os.getuid())
    for part in OWNERS:
        (tmp_path / part).mkdir()
    for _ in range(2):
        hand_out(contents(keys.load(tmp_path / "keys.json")), me, tmp_path)
    written = [path for path in tmp_path.rglob("*/*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir() if path.is_dir()} == {0o700}
    assert (tmp_path / "tickets" / "secret_key").read_text() == keys.load(tmp_path / "keys.json").secret_key
