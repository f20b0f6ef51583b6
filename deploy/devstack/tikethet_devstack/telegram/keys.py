"""The server's RSA key: a client must know the public half before it says anything."""

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True)
class ServerKey:
    """2048 bits; `fingerprint` is how MTProto names it (the low 64 bits of SHA-1 over the TL form of n and e)."""

    private: rsa.RSAPrivateKey

    @classmethod
    def make(cls) -> "ServerKey":
        """A new one; takes some tenths of a second."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def kept_in(cls, path: Path) -> "ServerKey":
        """The one kept in `path`, made on first use; its public half stands beside it as `<name>.pub`."""
        if path.exists():
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(private, rsa.RSAPrivateKey):
                raise ValueError(f"{path} is not an RSA key")
            return cls(private)
        key = cls.make()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(
            key.private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        path.with_suffix(path.suffix + ".pub").write_bytes(key.public_pem)
        return key

    @property
    def public_pem(self) -> bytes:
        """What `TELEGRAM_TEST_RSA_KEY` points to."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def fingerprint(self) -> int:
        """As a signed 64-bit number."""
        return fingerprint_of(self.private.public_key())

    def decrypt(self, data: bytes) -> bytes:
        """The bare RSA operation (no padding scheme): 256 bytes in, 255 out."""
        numbers = self.private.private_numbers()
        plain = pow(int.from_bytes(data, "big"), numbers.d, numbers.public_numbers.n)
        return plain.to_bytes(256, "big")[1:]


def fingerprint_of(public: rsa.RSAPublicKey) -> int:
    """How MTProto names a public key."""
    numbers = public.public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
    digest = sha1(_tl_bytes(modulus) + _tl_bytes(exponent)).digest()  # noqa: S324 - MTProto's choice
    return int.from_bytes(digest[-8:], "little", signed=True)


def _tl_bytes(value: bytes) -> bytes:
    """A TL string: its length, itself, zeros up to a multiple of four."""
    short = len(value) < 254  # noqa: PLR2004 - TL's limit of the one-byte length
    head = bytes([len(value)]) if short else b"\xfe" + len(value).to_bytes(3, "little")
    return head + value + bytes(-(len(head) + len(value)) % 4)
