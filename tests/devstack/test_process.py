"""Ports for servers that are not there yet."""

from tikethet_devstack.process import free_port


def test_no_port_is_told_twice_though_nobody_listens_yet() -> None:
    told = [free_port() for _ in range(500)]
    assert len(set(told)) == len(told)
