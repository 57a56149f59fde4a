"""Gifts outside Stripe: how staff type them, and what is checked before they count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from content.folding import fold
from payments.ledger import Origin

ABOVE = 500  # main units of the gift's currency, above which a second person confirms, by default
MOST_AT_ONCE = 50  # gifts entered with one button
LARGEST = 1_000_000  # main units of one gift's currency
LONGEST_NOTE = 200  # characters
OLDEST = 2  # years between the day received and today

WAYS: tuple[Origin, ...] = (Origin.CASH, Origin.CHEQUE, Origin.TRANSFER, Origin.OTHER)
_WORDS: Mapping[Origin, tuple[str, ...]] = {
    Origin.CASH: ("cash", "comptant", "especes", "liquide"),
    Origin.CHEQUE: ("cheque", "cheques", "check", "checks", "chq"),
    Origin.TRANSFER: (
        *("transfer", "etransfer", "e-transfer", "wire", "interac", "virement", "virements", "evirement", "e-virement"),
    ),
    Origin.OTHER: ("other", "autre"),
}
_WAY_OF = {word: way for way, words in _WORDS.items() for word in words}
_FILLERS = frozenset({"in", "by", "via", "as", "a", "an", "en", "par", "un", "argent"})
_TIMES = re.compile(r"(\d{1,3})\s*[x×*]\s*(\S.*)", re.IGNORECASE)
_EMAIL = re.compile(r"\S@\S")
_PHONE = re.compile(r"\+\d[\d\s().-]{7,}|(?<!\d)(?:\(?\d{3}\)?[\s.-]*)?\d{3}[\s.-]\d{4}(?!\d)|(?<!\d)\d{10,11}(?!\d)")

DayProblem = Literal["unclear", "future", "too_old", "before_received"]
NoteProblem = Literal["too_long", "personal"]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed after `/add`. `amount`: the text left for the amount; `way`: None if unsaid or unclear."""

    amount: str
    way: Origin | None
    count: int = 1


def read_typed(text: str) -> Typed:
    """Split « 50 interac », "9 x 20 cheque" or "cash 1 000 $" into how many, amount and way."""
    ways, rest = set[Origin](), list[str]()
    for word in text.split():
        folded = fold(word).strip(".,;:")
        if folded in _WAY_OF:
            ways.add(_WAY_OF[folded])
        elif folded not in _FILLERS:
            rest.append(word)
    amount, count = " ".join(rest), 1
    if (match := _TIMES.fullmatch(amount)) is not None:
        count, amount = int(match[1]), match[2]
    return Typed(amount=amount, way=ways.pop() if len(ways) == 1 else None, count=count)


def read_count(text: str) -> int | None:
    """Return a typed number of gifts, or None if it is not between 1 and MOST_AT_ONCE."""
    bare = text.strip()
    count = int(bare) if re.fullmatch(r"[0-9]{1,4}", bare) else 0
    return count if 1 <= count <= MOST_AT_ONCE else None


def received_problem(received: date, today: date) -> DayProblem | None:
    """Return why a gift cannot have been received on this day."""
    if received > today:
        return "future"
    earliest = (today.year - OLDEST, today.month, today.day)
    return "too_old" if (received.year, received.month, received.day) < earliest else None


def banked_problem(banked: date, received: date, today: date) -> DayProblem | None:
    """Return why a gift received then cannot have been deposited on this day."""
    if banked > today:
        return "future"
    return "before_received" if banked < received else None


def note_problem(note: str) -> NoteProblem | None:
    """Return why a note is refused: it is too long, or has an e-mail address or a telephone number in it."""
    if len(note) > LONGEST_NOTE:
        return "too_long"
    return "personal" if _EMAIL.search(note) or _PHONE.search(note) else None


def paid_at(received: date, zone: str, now: datetime) -> datetime:
    """Return the time at which a gift received on this day counts as paid (UTC): noon there, or now if that is earlier.

    Noon stays on the same day if the charity changes its time zone by a few hours.
    """
    return min(datetime.combine(received, time(12), ZoneInfo(zone)), now).astimezone(now.tzinfo)
