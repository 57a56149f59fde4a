"""Who fetches a link: a person who tapped it, or a machine that draws a preview of it."""

import ipaddress
import re
from collections.abc import Mapping

_MACHINES = re.compile(
    r"(?<!cu)bot\b|bot/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|slack|skypeuripreview|embedly"
    r"|headlesschrome|monitor|scanner|linkcheck|iframely|mastodon|misskey|pleroma|synapse|vkshare|ms-office"
    r"|microsoft office|feedfetcher|google-|google \(\+|lighthouse",
    re.IGNORECASE,
)
_BROWSERS = re.compile(r"Mozilla/|Opera/")  # so every browser begins; what fetches pages for others often does not
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a tap counts. HEAD, previews, crawlers, programs and what a browser fetches ahead of time do not."""
    if method != "GET" or _AHEAD.search(" ".join(headers.get(name, "") for name in _PURPOSES)):
        return False
    agent = headers.get("User-Agent", "")
    return _BROWSERS.match(agent) is not None and _MACHINES.search(agent) is None


def address_of(peer: str | None, headers: Mapping[str, str]) -> str:
    """Where a request comes from, to slow down who guesses. Never to be stored or logged.

    Behind a proxy on the same machine or network, the address is the one that the proxy itself has added.
    """
    address = peer or ""
    forwarded = headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and _is_near(address) else address


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
