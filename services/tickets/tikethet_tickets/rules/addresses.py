"""Which addresses the desk sends to: public ones, and those of networks that the operator allows."""

import ipaddress
from collections.abc import Sequence
from typing import Final, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/127", "100::/64", "2001:db8::/32", "2001::/23", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
"""Special-purpose networks of the IANA registries (RFC 6890 and its updates): nobody's public server is there."""
_CARRIES_IPV4: Final = (
    (ipaddress.ip_network("::ffff:0:0/96"), 0),
    (ipaddress.ip_network("::/96"), 0),
    (ipaddress.ip_network("64:ff9b::/96"), 0),
    (ipaddress.ip_network("64:ff9b:1::/48"), 0),
    (ipaddress.ip_network("2002::/16"), 80),
)
"""IPv6 networks whose addresses lead to an IPv4 one, and how many bits stand behind it."""


def literal(host: str) -> Address | None:
    """The address that a host of a URL spells, if it is one and no name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def reachable(address: Address, allowed: Sequence[Network] = (), *, public: bool = True) -> bool:
    """Whether the desk may send there: into the ``allowed`` networks, and, if it is ``public``, to public addresses."""
    if any(address.version == network.version and address in network for network in allowed):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        for network, behind in _CARRIES_IPV4:
            if address in network:
                inner = ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF)
                return (
                    not address.is_loopback and not address.is_unspecified and reachable(inner, allowed, public=public)
                )
    return public and not any(address.version == network.version and address in network for network in _NEVER)
