"""What a use case answers to a person. Adapters turn it into a message."""

from dataclasses import dataclass
from typing import Literal

from content.cards import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One text that staff are asked for. Discord opens it as a window of its own; elsewhere the card asks, and the
    person's next text answers it (`store.staff.staff.set_prompt` remembers what it answers)."""

    answers: str  # `verb:argument`, a row of the staff's table of answers; at most 88 characters
    title: str  # at most 45 characters
    label: str  # at most 45 characters
    value: str = ""  # what is there already
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`edit` replaces the message whose button was tapped (where it was ours and private), else a new one."""

    card: Card
    mode: Literal["new", "edit"] = "new"
    alone: bool = False  # for them alone, also where everybody would see the answer (Discord's /share)
    # Discord only: a later thank-you may replace this answer while its token lives.
    awaits_gift: bool = False
    campaign_id: int | None = None  # what an awaited gift would be for
    # Messages that waited for this person to appear again, as (delivery id, card): shown privately after the
    # card, then `talk.shown` is told. Only where writing to them first was not allowed (Discord).
    also: tuple[tuple[int, Card], ...] = ()
    form: Form | None = None
    # Further messages after the card, such as previews.
    more: tuple[Card, ...] = ()
