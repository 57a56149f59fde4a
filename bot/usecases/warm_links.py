"""The active Payment Links, in memory, so that showing a button costs nothing."""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.store.links import StoredLink

_NEW_AMOUNTS = 5  # new links that one person may cause
_NEW_AMOUNTS_WITHIN = timedelta(hours=1)


class WarmLinks:
    """The active links, in memory. One is loaded at start and kept current by the functions below."""

    def __init__(self) -> None:
        self._links: dict[tuple[int, int, bool], StoredLink] = {}
        # Both forget what is over, or they would grow with every amount and person there ever was.
        self._making: WeakValueDictionary[tuple[int, int, bool], asyncio.Lock] = WeakValueDictionary()
        self._asked: deque[tuple[datetime, int]] = deque()

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

    def may_make(self, supporter_id: int, now: datetime) -> bool:
        """Whether this person may cause one more link; counts the attempt. A guard against card testers' scripts."""
        while self._asked and self._asked[0][0] <= now - _NEW_AMOUNTS_WITHIN:
            self._asked.popleft()
        if sum(who == supporter_id for _, who in self._asked) >= _NEW_AMOUNTS:
            return False
        self._asked.append((now, supporter_id))
        return True
