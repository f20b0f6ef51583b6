"""Standard Webhooks: what stands in the headers of a message, so that its receiver knows who sent it (spec 1.0)."""

import base64
import hmac
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` (HMAC-SHA256 over all three parts)."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
