"""Broadcasts: one message of the staff, whom it goes to, and what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.people import Locale, PlatformName
from content.broadcast import Message

COUNTDOWN = timedelta(minutes=5)  # in which any editor can stop a broadcast
MOST_ASKS = 4  # a person in ASKS_WITHIN, over everything automatic and broadcast
ASKS_WITHIN = timedelta(days=30)
NO_ASK_AFTER_GIFT = timedelta(days=7)
LAPSED_AFTER = timedelta(days=180)  # a donor whose last gift is older
APPROVE_ABOVE = 500  # recipients above which a second person approves, until an owner sets another number
PAUSE_ABOVE = 10  # percent of failures above which one pauses by itself, until an owner sets another number


class BroadcastState(StrEnum):
    """Where a broadcast stands. `MOVES` says what may follow what."""

    APPROVAL = "approval"  # waits for a second person
    COUNTDOWN = "countdown"  # waits for `starts_at`; anybody of the editors may stop it
    PREPARING = "preparing"  # recipients are being written
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # ended by staff; who had not got it does not get it
    DONE = "done"
    WITHDRAWN = "withdrawn"  # copies are being, or were, deleted


MOVES: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.APPROVAL: frozenset({BroadcastState.COUNTDOWN, BroadcastState.STOPPED}),
    BroadcastState.COUNTDOWN: frozenset({BroadcastState.PREPARING, BroadcastState.STOPPED, BroadcastState.APPROVAL}),
    BroadcastState.PREPARING: frozenset({BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.STOPPED}),
    BroadcastState.RUNNING: frozenset({BroadcastState.PAUSED, BroadcastState.STOPPED, BroadcastState.DONE}),
    BroadcastState.PAUSED: frozenset({BroadcastState.RUNNING, BroadcastState.PREPARING, BroadcastState.STOPPED}),
    BroadcastState.STOPPED: frozenset({BroadcastState.WITHDRAWN}),
    BroadcastState.DONE: frozenset({BroadcastState.WITHDRAWN}),
    BroadcastState.WITHDRAWN: frozenset(),
}


class Quiet(StrEnum):
    """What becomes of somebody who sleeps."""

    SILENT = "silent"  # now, without sound
    MORNING = "morning"  # at 8:30 of their own morning
    EMERGENCY = "emergency"  # now, with sound; needs a reason, which is logged


class Giving(StrEnum):
    """Groups by what people gave."""

    DONORS = "donors"
    CAMPAIGN_DONORS = "campaign_donors"  # of the broadcast's own campaign
    LAPSED = "lapsed"
    NON_DONORS = "non_donors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Who gets it in private: in any of the groups (all people where none is named), and fitting the rest."""

    giving: frozenset[Giving] = frozenset()
    locale: Locale | None = None
    platform: PlatformName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One broadcast row."""

    id: int
    kind: str  # staff, milestone
    state: BroadcastState
    campaign_id: int
    message: Message
    segment: Segment | None  # None: channels only
    places: tuple[int, ...] = ()  # ids of places
    quiet: Quiet
    revision: int
    version: int
    made_by: int | None
    made_at: datetime
    approved_by: int | None
    starts_at: datetime | None
    prepared_to: int
    started_at: datetime | None
    ended_at: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who would get a broadcast now, and who would not, counted. People, not addresses."""

    matching: int  # in the segment
    recipients: int  # will get it
    without_ask: int  # of them, those who gave in the last 7 days: they get it without amounts
    in_quiet_hours: int  # of them, those who sleep right now
    no_consent: int
    unreachable: int
    asked_enough: int
    by_platform: Mapping[PlatformName, int] = field(default_factory=dict)  # of the recipients
    by_locale: Mapping[Locale, int] = field(default_factory=dict)
