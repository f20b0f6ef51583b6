"""Ask the service of this container how it does: `python -IS healthcheck.py /health/ready`; exit code 0 means well.

A bare socket, because it runs every few seconds: `urllib` alone would cost ten times as much.
"""

import os
import socket
import sys

TIMEOUT_S = 4


def main() -> int:
    """0 when the path answers 200."""
    request = f"GET {sys.argv[1]} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=TIMEOUT_S) as connection:
            connection.sendall(request.encode())
            return 0 if connection.recv(64).startswith(b"HTTP/1.1 200 ") else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
