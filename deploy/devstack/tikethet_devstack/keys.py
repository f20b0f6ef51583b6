"""The secrets of one installation: made once, kept in a file that only its owner reads."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SERVICES = ("gateway", "tickets", "notify", "bot")
PASSWORDS = (
    "postgres", "tikethet_tickets", "tikethet_bot", "nats_tickets", "nats_notify", "nats_bot", "nats_route",
    "valkey", "valkey_gateway", "valkey_notify", "bot_sealing",
)  # fmt: skip


class Keys:
    """Passwords, service keys and the key that wraps all personal data."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept

    @property
    def secret_key(self) -> str:
        """`SECRET_KEY`: base64url of 32 bytes."""
        return self._kept["secret_key"]

    def password(self, of: str) -> str:
        """The password of one of `PASSWORDS`."""
        return self._kept[f"password_{of}"]

    def seed(self, service: str) -> str:
        """`SERVICE_KEY`: base64url of the service's Ed25519 seed."""
        return self._kept[f"seed_{service}"]

    def nats_issuer(self, secret_key: str | None = None) -> str | None:
        """The public nkey that NATS trusts to say who a program outside is; tickets has the seed from SECRET_KEY.

        `None` for a SECRET_KEY that is none: tickets will say what is wrong with it.
        """
        try:
            secret = base64.urlsafe_b64decode(f"{secret_key or self.secret_key}==")
        except ValueError:
            return None
        seed = hmac.digest(secret, b"tikethet nats issuer", "sha256")
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        body = b"\x00" + public  # 0: an account's key
        return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).rstrip(b"=").decode()

    def public_keys(self) -> str:
        """`SERVICE_PUBLIC_KEYS`: `gateway=<base64url>,…`."""
        return ",".join(f"{service}={_public(self.seed(service))}" for service in SERVICES)


def load(path: Path) -> Keys:
    """Read the file, or make it (mode 0600); what a newer version needs is added to an older file."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    names = ["secret_key", *(f"password_{name}" for name in PASSWORDS), *(f"seed_{name}" for name in SERVICES)]
    missing = [name for name in names if name not in kept]
    if missing:
        kept.update({name: _text(secrets.token_bytes(32)) for name in missing})
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept, indent=1))
        fresh.replace(path)  # whole or not at all: losing SECRET_KEY would lose the data
    return Keys(kept)


def _public(seed: str) -> str:
    private = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(f"{seed}="))
    return _text(private.public_key().public_bytes_raw())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
