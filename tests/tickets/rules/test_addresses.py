"""Which addresses the desk never sends to, however they are spelled."""

import ipaddress

import pytest
from tikethet_tickets.rules.addresses import literal, reachable

PRIVATE = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.255.255.254"),  # noqa: S104 - nothing binds
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1"),
    *("fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "2001::1"),
    *("100::1", "3fff::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1"),
)
PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::8a"),
    "::ffff:8.8.8.8",
)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_never_sent_to(text: str) -> None:
    address = literal(text)
    assert address is not None
    assert not reachable(address)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_ones_are(text: str) -> None:
    assert reachable(ipaddress.ip_address(text))


def test_the_operator_may_allow_a_network() -> None:
    allowed = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/8"))
    for text, may in (("10.1.2.3", True), ("10.2.2.3", False), ("fd00::1", True), ("::ffff:10.1.2.3", True)):
        assert reachable(ipaddress.ip_address(text), allowed) is may


@pytest.mark.parametrize("host", ["crm.example.org", "localhost", "2130706433", "127.1", ""])
def test_names_are_no_addresses(host: str) -> None:
    assert literal(host) is None
