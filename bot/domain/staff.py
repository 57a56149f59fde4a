"""Staff: the members of the team, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Locale, PlatformName


class Role(StrEnum):
    """A member's role. Each role includes the ones before it."""

    VIEWER = "viewer"  # read figures and reports
    EDITOR = "editor"  # campaigns, broadcasts, the inbox, stopping everything
    OWNER = "owner"  # staff, refunds, limits, lifting a freeze

    def may(self, needed: "Role") -> bool:
        """Return whether this role includes `needed`."""
        return self.rank >= needed.rank

    @property
    def rank(self) -> int:
        """The role's position, from 0 for the one with the fewest rights."""
        return list(Role).index(self)


class Right(StrEnum):
    """What an owner gives a member beside their role. Owners have every right."""

    FINANCE = "finance"  # payouts, gifts outside Stripe, the monthly statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of the team, on the platform they are using."""

    id: int
    platform: PlatformName
    external_id: str
    role: Role
    label: str  # the name colleagues see
    locale: Locale
    expects: str | None = None  # the prompt that their next text answers, `verb:argument`
    expects_until: datetime | None = None  # the prompt's end (UTC); None: asked before prompts had one
    role_guild: str | None = None  # the Discord server whose role alone makes them staff
    finance: bool = False  # was given the right of that name

    def may(self, needed: Role | Right) -> bool:
        """Return whether their role includes `needed`, or they have this right."""
        if isinstance(needed, Right):
            return self.finance or self.role is Role.OWNER
        return self.role.may(needed)

    def is_asked(self, now: datetime) -> bool:
        """Return whether a prompt still awaits their next text."""
        return self.expects is not None and self.expects_until is not None and now < self.expects_until
