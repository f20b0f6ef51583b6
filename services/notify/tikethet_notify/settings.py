"""What notify reads from the environment."""

from pydantic import Field
from tikethet_service.settings import ServiceSettings


class Settings(ServiceSettings):
    """``PORT`` serves health and metrics, ``WS_PORT`` the sockets."""

    ws_port: int = Field(ge=0, le=65535, description="port of the WebSocket server, path /ws")
    nats_url: str = Field(description="nats://user:password@host:port")
    nats_api_prefix: str = Field("$JS.API", description="JetStream API prefix of this account")
    redis_url: str = Field(description="redis://host:port or unix://path")
    tickets_url: str = Field(description="http://host:port of the tickets service")
