"""Parsing of what staff type into a campaign's fields: amounts, milestones, examples, a last day. Never guessed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain.amounts import Ambiguous, NotChargeable, OnlyReading, OtherCurrency, read_amount
from bot.domain.time_input import read_time
from content.folding import fold
from payments.money import Money, currency, minimum_charge

_MOST = 10**11  # minor units; above any goal
_MOST_NOUN = 80  # characters of what a gift does, as in the campaign file
_BETWEEN = re.compile(r"[;\n]|,\s+|\s+(?:et|and|or|ou)\s+")
_SHARE = re.compile(r"(\d{1,4})\s*%")
_MISSING = re.compile(r"^(?:-|−|manque|il (?:ne )?manque(?: que)?|missing|only)\s*", re.IGNORECASE)
_MISSING_AFTER = re.compile(r"\s*(?:missing|to go|manquants?)$", re.IGNORECASE)
_NO_END = frozenset({"aucune", "aucun", "sans fin", "none", "no end", "no", "non"})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why typed text cannot be used. `kind`: a short name; `facts`: arguments of the message."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def amount(text: str, code: str, minimum: int | None = None, *, charged: bool = False) -> int | FieldProblem:
    """Parse one amount into minor units.

    `minimum`: the minimum, by default Stripe's minimum charge. `charged`: whether gifts are to be of this amount.
    """
    floor = Money(minimum or minimum_charge(code).minor, code)
    read = read_amount(text, code=code, minimum=floor, maximum=Money(_MOST, code), charged=charged)
    match read:
        case Money():
            return read.minor
        case Ambiguous() | OnlyReading():
            return FieldProblem("ambiguous", {"typed": text.strip()[:40]})
        case NotChargeable():
            return FieldProblem("step", {"typed": text.strip()[:40], "step": Money(currency(code).step, code)})
        case OtherCurrency(other):
            return FieldProblem("currency", {"typed": other.upper()})
        case _:
            return FieldProblem("amount", {"typed": text.strip()[:40], "least": floor})


def amounts(text: str, code: str) -> list[int] | FieldProblem:
    """Parse three to five suggested amounts. Return them ascending, without repetitions."""
    found: set[int] = set()
    for part in parts(text):
        read = amount(part, code, charged=True)
        if isinstance(read, FieldProblem):
            return read
        found.add(read)
    return sorted(found) if 3 <= len(found) <= 5 else FieldProblem("how_many", {"count": len(found)})


def milestones(text: str, code: str, goal: int | None) -> list[dict[str, int]] | FieldProblem:
    """Parse milestones: `50 %`, `500 $` or « manque 120 $ »."""
    found: list[dict[str, int]] = []
    for part in parts(text):
        share = _SHARE.fullmatch(part)
        if share is not None:
            if not 1 <= int(share[1]) <= 1000:
                return FieldProblem("share", {"typed": part[:40]})
            found.append({"share": int(share[1])})
            continue
        bare = _MISSING_AFTER.sub("", _MISSING.sub("", part))
        read = amount(bare, code, minimum=1)
        if isinstance(read, FieldProblem):
            return read
        if bare != part and goal is not None and read >= goal:
            return FieldProblem("missing", {"typed": part[:40]})
        found.append({"minor" if bare == part else "missing": read})
    return found


def examples(text: str, code: str) -> list[dict[str, Any]] | FieldProblem:
    """Parse what gifts do, one per line: `5 $ = un repas | a meal`."""
    found = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        what, _, nouns = line.partition("=")
        fr, _, en = nouns.partition("|")
        if not fr.strip() or not en.strip():
            return FieldProblem("example", {"typed": line[:40]})
        if longest := next((noun.strip() for noun in (fr, en) if len(noun.strip()) > _MOST_NOUN), None):
            return FieldProblem("noun", {"typed": longest[:40], "most": _MOST_NOUN})
        read = amount(what, code)
        if isinstance(read, FieldProblem):
            return read
        found.append({"minor": read, "what": {"fr": fr.strip(), "en": en.strip()}})
    return sorted(found, key=lambda example: int(example["minor"]))


def last_day(text: str, today: date) -> date | FieldProblem | None:
    """Parse the last day to give; None for no end."""
    if text.strip().casefold() in _NO_END:
        return None
    typed = read_time(text.strip() + " 12:00", today)
    if typed is None:
        return FieldProblem("day", {"typed": text.strip()[:40]})
    return typed.day if typed.day >= today else FieldProblem("past", {"day": typed.day})


def parts(text: str) -> list[str]:
    """Return the parts between semicolons, line ends, and commas followed by a space."""
    folded = unicodedata.normalize("NFC", text).replace("\u202f", " ").replace("\u00a0", " ")
    return [part.strip() for part in _BETWEEN.split(folded) if part.strip()]


def slug_of(name: str) -> str:
    """Return a short name for the terminal and Stripe, derived from the campaign's name; it may be in use already."""
    bare = fold(name)
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:28].strip("-") or "collecte"
