"""Receives TiketHet's webhooks with the standard library alone: knows the sender by the signature, takes each once."""

import base64
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
SEEN: set[str] = set()  # a real receiver keeps the ids where it keeps the effects, in one transaction


def is_genuine(headers: dict[str, str], body: bytes) -> bool:
    """Standard Webhooks: HMAC-SHA256 over id, time and body; nothing older than five minutes."""
    message, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > 300:
        return False
    digest = hmac.digest(KEY, f"{message}.{sent_at}.".encode() + body, "sha256")
    wanted = f"v1,{base64.b64encode(digest).decode()}"
    return any(hmac.compare_digest(wanted, given) for given in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 for what it has taken (now or before), 401 for what nobody we know has sent."""

    def do_POST(self) -> None:
        """One event."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_genuine(headers, body):
            self.send_response(401)
        else:
            if headers["webhook-id"] not in SEEN:
                event = json.loads(body)
                print(event["position"], event["type"], event["subject"], flush=True)
                SEEN.add(headers["webhook-id"])
            self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
