"""Personal fields sealed: SECRET_KEY wraps member keys, a member key wraps the keys of that member's streams."""


class Keyring:
    """``Keyring(secret)``: ``secret`` is SECRET_KEY, at least 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
