import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tikethet_devstack import keys


def test_secrets_are_made_once_and_read_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    first, second = keys.load(path), keys.load(path)
    assert first.secret_key == second.secret_key
    assert first.public_keys() == second.public_keys()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(base64.urlsafe_b64decode(f"{first.secret_key}=")) == 32


def test_what_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    kept = keys.load(path).secret_key
    old = json.loads(path.read_text())
    del old["password_valkey"]
    path.write_text(json.dumps(old))
    assert keys.load(path).secret_key == kept
    assert keys.load(path).password("valkey")


def test_the_public_keys_belong_to_the_seeds(tmp_path: Path) -> None:
    made = keys.load(tmp_path / "secrets")
    for entry in made.public_keys().split(","):
        service, _, public = entry.partition("=")
        seed = base64.urlsafe_b64decode(f"{made.seed(service)}=")
        raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        assert base64.urlsafe_b64decode(f"{public}=") == raw
