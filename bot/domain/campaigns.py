"""A campaign: what its authors wrote, and the ledger's counters."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from content.campaign import Campaign as Authored
from payments.money import Money

_INSTANT = timedelta(microseconds=1)


class CampaignState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"  # makes no appeals for now; its links stay
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign row. `version` grows with every change that is visible on its card."""

    id: int
    slug: str
    state: CampaignState
    authored: Authored
    ends_at: datetime | None
    raised: Money  # counted gifts in the campaign's own currency, net of refunds and disputes
    offline: Money  # of `raised`: what came outside Stripe
    gift_count: int
    donor_count: int
    version: int
    has_match: bool = False  # a sponsor matches its gifts, or did
    extended: bool = False  # its end was postponed after publication
    given_at: datetime | None = None  # when its latest gift was paid; cleared after a minute

    @property
    def goal(self) -> Money:
        return Money(self.authored.goal_minor, self.authored.currency)

    @property
    def cap(self) -> Money:
        return Money(self.authored.cap_minor, self.authored.currency)

    @property
    def minimum(self) -> Money:
        """The minimum gift."""
        return self.authored.minimum

    @property
    def last_day(self) -> date | None:
        """The last day to give, in the campaign's zone, or None if it has no end."""
        if self.ends_at is None:
            return None
        return (self.ends_at - _INSTANT).astimezone(ZoneInfo(self.authored.zone)).date()

    def is_open(self, now: datetime) -> bool:
        """Return whether it may be asked for: it is open and has not ended by `now` (UTC)."""
        return self.state is CampaignState.OPEN and (self.ends_at is None or now < self.ends_at)
