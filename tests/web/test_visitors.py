"""Where a request comes from: only known proxies are trusted."""

from ipaddress import ip_network

import pytest
from multidict import CIMultiDict

from bot.web.visitors import Proxies

VISITOR = "203.0.113.7"


def visitor(peer: str | None, *forwarded: str, named: tuple[str, ...] = ()) -> str:
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    return Proxies([ip_network(network) for network in named]).visitor(peer, headers)


NEAR = """
127.0.0.1 ::1 10.1.2.3 192.168.0.9 172.17.0.1 169.254.1.1 100.64.0.3 100.127.255.254 fd00::5 fe80::1%eth0
::ffff:10.1.2.3 ::ffff:100.64.0.3
"""


@pytest.mark.parametrize("proxy", NEAR.split())
def test_near_proxy_is_trusted(proxy: str) -> None:
    assert visitor(proxy, VISITOR) == VISITOR


@pytest.mark.parametrize("peer", ["8.8.8.8", "100.63.0.1", "100.128.0.1", "2001:4860::8", "::ffff:8.8.8.8"])
def test_visitor_claiming_to_be_proxy_is_not_trusted(peer: str) -> None:
    assert visitor(peer, VISITOR) == visitor(peer) != VISITOR


def test_only_what_the_proxies_added_counts() -> None:
    assert visitor("127.0.0.1", f"1.2.3.4, {VISITOR}") == VISITOR
    assert visitor("127.0.0.1", "1.2.3.4", VISITOR) == VISITOR, "a second header continues the first"
    assert visitor("127.0.0.1", f"1.2.3.4, {VISITOR}, 10.0.0.8") == VISITOR, "two proxies of ours"


def test_named_proxies_are_trusted() -> None:
    assert visitor("127.0.0.1", f"{VISITOR}, 198.51.100.4") == "198.51.100.4"
    assert visitor("127.0.0.1", f"{VISITOR}, 198.51.100.4", named=("198.51.100.0/24",)) == VISITOR
    assert visitor("2001:db8::3", VISITOR, named=("2001:db8::/32", "198.51.100.0/24")) == VISITOR


@pytest.mark.parametrize(
    "written", ["203.0.113.7:4711", " 203.0.113.7 ", "::ffff:203.0.113.7", "[::ffff:203.0.113.7]:80"]
)
def test_port_or_spelling_does_not_change_visitor(written: str) -> None:
    assert visitor("127.0.0.1", written) == VISITOR


def test_ipv6_household_is_one_visitor() -> None:
    first, other = "2001:4860:1:2::1", "2001:4860:1:2:aaaa:bbbb:cccc:dddd"
    assert visitor(first) == visitor(other) == visitor("127.0.0.1", f"[{first}]:443")
    assert visitor(first) != visitor("2001:4860:1:3::1")


@pytest.mark.parametrize("written", ["", "unknown", "\udcff", "1.2.3.4.5", "x" * 10_000])
def test_chain_without_address_keeps_the_proxy(written: str) -> None:
    assert visitor("127.0.0.1", written) == "127.0.0.1"


def test_missing_peer_has_no_visitor() -> None:
    assert visitor(None, VISITOR) == visitor("/run/socket", VISITOR) == ""
