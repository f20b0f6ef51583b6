"""What notify counts and times about itself."""

from prometheus_client import Counter, Gauge, Histogram
from tikethet_service.metrics import REGISTRY

SOCKETS = Gauge("tikethet_notify_sockets", "Sockets whose member is known.", registry=REGISTRY)
DELIVERIES = Counter("tikethet_notify_deliveries", "Events pushed or owed to sockets.", registry=REGISTRY)
CLOSES = Counter("tikethet_notify_closes", "Sockets closed by the server.", ("code",), registry=REGISTRY)
STARTS = Counter(
    "tikethet_notify_starts",
    "Feeds started: fresh, or resumed from memory, stream or log, or not resumable.",
    ("kind",),
    registry=REGISTRY,
)
POSITION = Gauge("tikethet_notify_position", "Position of the newest event heard.", registry=REGISTRY)
RING_BYTES = Gauge("tikethet_notify_ring_bytes", "Bytes of events kept in memory.", registry=REGISTRY)
LATENCY = Histogram(
    "tikethet_notify_commit_to_socket_seconds",
    "Time from an event's commit until it was handed to the last socket that hears it.",
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
