"""Staff: people allowed to run campaigns, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Locale, PlatformName


class Role(StrEnum):
    """What somebody may do. Each role may do all that the ones before it may."""

    VIEWER = "viewer"  # read figures and reports
    EDITOR = "editor"  # campaigns, broadcasts, the inbox, stopping everything
    OWNER = "owner"  # staff, refunds, limits, lifting a freeze

    def may(self, needed: "Role") -> bool:
        """Whether this role is enough where `needed` is asked for."""
        return self.rank >= needed.rank

    @property
    def rank(self) -> int:
        """The higher, the more they may do."""
        return list(Role).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the staff, on the platform where they are right now."""

    id: int
    platform: PlatformName
    external_id: str
    role: Role
    label: str  # how colleagues call them
    locale: Locale
    expects: str | None = None  # what their next text answers, `verb:argument`
    expects_until: datetime | None = None  # and until when (UTC); none: it was asked before questions had an end
    role_guild: str | None = None  # staff only by a role that they hold in this Discord server

    def is_asked(self, now: datetime) -> bool:
        """Whether a question to them still waits for their next text."""
        return self.expects is not None and self.expects_until is not None and now < self.expects_until
