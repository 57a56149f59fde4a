"""Visitors: whether a person or a machine fetches a link, and from which address."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from multidict import MultiMapping

_MACHINES = re.compile(
    r"(?<!cu)bot\b|bot/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|slack|skypeuripreview|embedly"
    r"|headlesschrome|monitor|scanner|linkcheck|iframely|mastodon|misskey|pleroma|synapse|vkshare|ms-office"
    r"|microsoft office|feedfetcher|google-|google \(\+|lighthouse",
    re.IGNORECASE,
)
_BROWSERS = re.compile(r"Mozilla/|Opera/")  # every browser starts like this; programs that fetch pages often do not
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request counts as a tap: not HEAD, previews, crawlers, programs or prefetching."""
    if method != "GET" or _AHEAD.search(" ".join(headers.get(name, "") for name in _PURPOSES)):
        return False
    agent = headers.get("User-Agent", "")
    return _BROWSERS.match(agent) is not None and _MACHINES.search(agent) is None


# This machine, private networks, and RFC 6598's 100.64.0.0/10, where hosts such as Railway and Render put theirs.
# `is_private` would add addresses reserved for documentation and leave that one out.
_NEAR = tuple(
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


class Proxies:
    """The proxies trusted to report where a request comes from: those near us, and those that the charity names."""

    def __init__(self, named: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._named = tuple(named)

    def visitor(self, peer: str | None, headers: MultiMapping[str]) -> str:
        """Return where a request comes from, to slow down guessing. Never store or log it.

        Each proxy appends the address that it saw, so the chain is read from its end to the first address that is not a
        trusted proxy. Anything before that was written by the visitor. IPv6 visitors count by their network of 64 bits,
        which belongs to one household.
        """
        seen = _address(peer or "")
        if seen is None:
            return ""
        for said in reversed(",".join(headers.getall("X-Forwarded-For", ())).split(",")):
            before = _address(said)
            if before is None or not self._are(seen):
                break
            seen = before
        return str(seen) if isinstance(seen, IPv4Address) else str(IPv6Network((seen, 64), strict=False))

    def _are(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in (*_NEAR, *self._named))


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """Parse `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`. Return None for anything else."""
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 clients as ::ffff:192.0.2.1.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
