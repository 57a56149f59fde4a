"""Who fetches a short link: a person who tapped it, or a machine that draws a preview of it."""

import re
from collections.abc import Mapping

_MACHINES = re.compile(
    r"(?<!cu)bot\b|bot/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|slack|skypeuripreview|embedly"
    r"|curl/|wget/|python-|okhttp|go-http-client|headlesschrome|monitor|scanner|linkcheck",
    re.IGNORECASE,
)


def is_person(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a tap counts. HEAD, previews, crawlers and what a browser fetches ahead of time do not."""
    if method != "GET" or "prefetch" in (headers.get("Sec-Purpose", "") + headers.get("Purpose", "")).lower():
        return False
    agent = headers.get("User-Agent", "")
    return bool(agent) and _MACHINES.search(agent) is None
