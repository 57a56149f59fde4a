"""What a use case returns to a person. Adapters turn it into a message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from content.cards import Card
from content.catalog import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A single text field for staff. Discord opens it as a modal; elsewhere the card asks and the next text answers.

    `store.staff.staff.set_prompt` stores which prompt the text answers.
    """

    answers: str  # `verb:argument`, a row of the staff's table of answers; at most 88 characters
    title: str  # at most 45 characters
    label: str  # at most 45 characters
    value: str = ""  # the current value
    long: bool = False


@dataclass(frozen=True, slots=True)
class AwaitedGift:
    """A gift that a reply asks for: from whom, and for which campaign."""

    address_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class OfferedCopy:
    """A copy of a person's own data, which the last card of a reply carries: as a file, or behind a link."""

    supporter_id: int
    locale: Locale
    is_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply. `edit` replaces the message whose button was tapped, if it was ours and private; otherwise a new one is
    sent.
    """

    card: Card
    mode: Literal["new", "edit"] = "new"
    alone: bool = False  # visible to them only, even after a public command (Discord's /share)
    awaited_gift: AwaitedGift | None = (
        None  # Discord only: its thank-you may replace this reply while its token is valid
    )
    # Parked messages for this person, as (delivery id, card): shown privately after the card, then passed to
    # `outbox_messages.note_shown`. Only where the bot may not write first (Discord).
    also: tuple[tuple[int, Card], ...] = ()
    form: Form | None = None
    # Messages before the card, whose buttons decide about them: last, it is what people see, however long they are.
    previews: tuple[Card, ...] = ()
    # Further messages after the card.
    more: tuple[Card, ...] = ()
    copy: OfferedCopy | None = None  # only in private; the adapter reports whether the last card was delivered

    @property
    def cards(self) -> tuple[Card, ...]:
        """All messages, in the order in which they are sent."""
        return (*self.previews, self.card, *self.more)

    def in_order(self) -> Reply:
        """Return it as it is sent: the first message as the card, all others after it."""
        first, *others = self.cards
        return replace(self, card=first, previews=(), more=tuple(others))
