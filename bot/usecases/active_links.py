"""The active Payment Links, in memory, so that showing a button needs no I/O."""

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary

from bot.domain.people import Locale
from bot.store.giving.links import StoredLink


class ActiveLinks:
    """The active links, in memory: loaded at start and kept current by `giving/links.py`."""

    def __init__(self) -> None:
        self._links: dict[tuple[int, int, bool], dict[Locale | None, StoredLink]] = {}
        # Weak, so that unused locks are freed.
        self._locks: WeakValueDictionary[tuple[int, int, bool, Locale], asyncio.Lock] = WeakValueDictionary()

    def replace(self, links: Iterable[StoredLink]) -> None:
        """Replace all known links; the last link of an amount in a language wins."""
        self._links = {}
        for link in links:
            self.put(link)

    def get(
        self, campaign_id: int, minor: int, *, monthly: bool = False, locale: Locale | None = None
    ) -> StoredLink | None:
        """Return the link for an amount in minor units, or for `ANY_AMOUNT`; None if there is none.

        `locale`: the language of its page, if there is a link in it; otherwise any takes the gift as well.
        """
        known = self._links.get((campaign_id, minor, monthly), {})
        return known.get(locale) or next(iter(known.values()), None)

    def exact(self, campaign_id: int, minor: int, *, monthly: bool, locale: Locale | None) -> StoredLink | None:
        """Return the link for an amount whose page is in this language (None: in both), or None."""
        return self._links.get((campaign_id, minor, monthly), {}).get(locale)

    def put(self, link: StoredLink) -> None:
        """Add a link."""
        self._links.setdefault((link.campaign_id, link.minor, link.monthly), {})[link.locale] = link

    def drop(self, stripe_id: str) -> None:
        """Remove a link."""
        for key, known in list(self._links.items()):
            left = {locale: link for locale, link in known.items() if link.stripe_id != stripe_id}
            if left:
                self._links[key] = left
            else:
                del self._links[key]

    def creation_lock(
        self, campaign_id: int, minor: int, *, monthly: bool = False, locale: Locale = "fr"
    ) -> asyncio.Lock:
        """Return the lock to hold while the link for this amount is created, so that it is created once."""
        return self._locks.setdefault((campaign_id, minor, monthly, locale), asyncio.Lock())
