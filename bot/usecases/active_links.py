"""The active Payment Links, in memory, so that showing a button needs no I/O."""

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary

from bot.store.giving.links import StoredLink


class ActiveLinks:
    """The active links, in memory: loaded at start and kept current by `giving/links.py`."""

    def __init__(self) -> None:
        self._links: dict[tuple[int, int, bool], StoredLink] = {}
        # Weak, so that unused locks are freed.
        self._locks: WeakValueDictionary[tuple[int, int, bool], asyncio.Lock] = WeakValueDictionary()

    def replace(self, links: Iterable[StoredLink]) -> None:
        """Replace all known links; the last link of an amount wins."""
        self._links = {(link.campaign_id, link.minor, link.monthly): link for link in links}

    def get(self, campaign_id: int, minor: int, *, monthly: bool = False) -> StoredLink | None:
        """Return the link for an amount in minor units, or for `ANY_AMOUNT`; None if there is none."""
        return self._links.get((campaign_id, minor, monthly))

    def put(self, link: StoredLink) -> None:
        """Add a link."""
        self._links[link.campaign_id, link.minor, link.monthly] = link

    def drop(self, stripe_id: str) -> None:
        """Remove a link."""
        self._links = {key: link for key, link in self._links.items() if link.stripe_id != stripe_id}

    def creation_lock(self, campaign_id: int, minor: int, *, monthly: bool = False) -> asyncio.Lock:
        """Return the lock to hold while the link for this amount is created, so that it is created once."""
        return self._locks.setdefault((campaign_id, minor, monthly), asyncio.Lock())
