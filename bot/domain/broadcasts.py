"""Broadcasts: a message from staff, its audience and its states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.people import Locale, PlatformName
from content.broadcast import Message

COUNTDOWN = timedelta(minutes=5)  # during which any editor can stop a broadcast
MOST_ASKS = 4  # per person within ASKS_WITHIN, over all automatic appeals and broadcasts
ASKS_WITHIN = timedelta(days=30)
NO_ASK_AFTER_GIFT = timedelta(days=7)
LAPSED_AFTER = timedelta(days=180)  # since a donor's last gift
APPROVE_ABOVE = 500  # recipients above which a second person approves, unless an owner sets another number
PAUSE_ABOVE = 10  # percent of failures above which a broadcast pauses, unless an owner sets another number


class BroadcastState(StrEnum):
    """A broadcast's state. `MOVES` lists the allowed transitions."""

    APPROVAL = "approval"  # waits for a second person's approval
    COUNTDOWN = "countdown"  # waits for `starts_at`; any editor may stop it
    HELD = "held"  # its time is long past, so it waits until staff send or drop it
    PREPARING = "preparing"  # recipients' rows are being written
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # ended by staff; remaining recipients do not get it
    DONE = "done"
    WITHDRAWN = "withdrawn"  # copies are being deleted, or have been


MOVES: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    BroadcastState.APPROVAL: frozenset({BroadcastState.COUNTDOWN, BroadcastState.STOPPED, BroadcastState.HELD}),
    BroadcastState.COUNTDOWN: frozenset(
        {BroadcastState.PREPARING, BroadcastState.STOPPED, BroadcastState.APPROVAL, BroadcastState.HELD}
    ),
    BroadcastState.HELD: frozenset({BroadcastState.COUNTDOWN, BroadcastState.STOPPED}),
    BroadcastState.PREPARING: frozenset({BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.STOPPED}),
    BroadcastState.RUNNING: frozenset({BroadcastState.PAUSED, BroadcastState.STOPPED, BroadcastState.DONE}),
    BroadcastState.PAUSED: frozenset({BroadcastState.RUNNING, BroadcastState.PREPARING, BroadcastState.STOPPED}),
    BroadcastState.STOPPED: frozenset({BroadcastState.WITHDRAWN}),
    BroadcastState.DONE: frozenset({BroadcastState.WITHDRAWN}),
    BroadcastState.WITHDRAWN: frozenset(),
}


class Quiet(StrEnum):
    """How recipients in their quiet hours are treated."""

    SILENT = "silent"  # sent now, without sound
    MORNING = "morning"  # sent at 8:30 in their time zone
    EMERGENCY = "emergency"  # sent now, with sound; needs a reason, which is logged


class Giving(StrEnum):
    """Groups of supporters by their gifts."""

    DONORS = "donors"
    CAMPAIGN_DONORS = "campaign_donors"  # donors to the broadcast's own campaign
    LAPSED = "lapsed"
    NON_DONORS = "non_donors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Who gets a broadcast in private: members of any of the groups (everyone if empty) that match the rest."""

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


def due_at_approval(broadcast: Broadcast, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when it goes out if approved now, and when it was due (UTC); of both None, its countdown decides."""
    starts = broadcast.starts_at
    if starts is None or now < starts <= now + COUNTDOWN:
        return None, None
    return (None, starts) if starts <= now else (starts, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """How many people would get a broadcast now, and how many would not and why."""

    recipients: int  # will get it
    without_ask: int  # recipients who gave in the last 7 days and get it without amounts
    in_quiet_hours: int  # recipients who are in their quiet hours now
    no_consent: int
    unreachable: int
    not_written: int  # on Discord only, and have neither written to the bot nor installed it
    asked_enough: int
    new_dms: int = 0  # recipients on Discord without a conversation: their number a day has a cap
    by_platform: Mapping[PlatformName, int] = field(default_factory=dict)  # of the recipients
    by_locale: Mapping[Locale, int] = field(default_factory=dict)


NOBODY = Audience(
    recipients=0, without_ask=0, in_quiet_hours=0, no_consent=0, unreachable=0, not_written=0, asked_enough=0
)
