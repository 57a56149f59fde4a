"""The active Payment Links, in memory, so that showing a button costs nothing."""

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary

from bot.store.giving.links import StoredLink


class ActiveLinks:
    """The active links, in memory. One is loaded at start and kept current by the functions below."""

    def __init__(self) -> None:
        self._links: dict[tuple[int, int, bool], StoredLink] = {}
        # Forgets what is over, or it would grow with every amount there ever was.
        self._making: WeakValueDictionary[tuple[int, int, bool], asyncio.Lock] = WeakValueDictionary()

    def replace(self, links: Iterable[StoredLink]) -> None:
        """Forget what was known; the last link of an amount wins."""
        self._links = {(link.campaign_id, link.minor, link.monthly): link for link in links}

    def get(self, campaign_id: int, minor: int, *, monthly: bool = False) -> StoredLink | None:
        """The link for an amount in minor units, `ANY_AMOUNT` for the one that asks."""
        return self._links.get((campaign_id, minor, monthly))

    def put(self, link: StoredLink) -> None:
        """Know one more."""
        self._links[link.campaign_id, link.minor, link.monthly] = link

    def drop(self, stripe_id: str) -> None:
        """Know one less."""
        self._links = {key: link for key, link in self._links.items() if link.stripe_id != stripe_id}

    def making(self, campaign_id: int, minor: int, *, monthly: bool = False) -> asyncio.Lock:
        """Held while the link for this amount is made, so that it is made once."""
        return self._making.setdefault((campaign_id, minor, monthly), asyncio.Lock())
