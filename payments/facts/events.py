"""Reading an event: its frame here, its facts through readers.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.facts import wire
from payments.facts.card_readers import CARD_READERS
from payments.facts.fields import reduced
from payments.facts.kinds import Fact
from payments.facts.readers import ALWAYS_MARKED, READERS, EventObject
from payments.facts.wire import Json, UnreadableEvent
from payments.text import storable

HANDLED_TYPES: tuple[str, ...] = tuple(READERS)
"""The types that a webhook endpoint subscribes to."""

POLLED_TYPES: tuple[str, ...] = tuple(kind for kind in READERS if not kind.startswith("payout."))
"""The types that polling lists: 20 fit into one call. Payouts are listed as objects, every half hour."""


CARD_TYPES: tuple[str, ...] = tuple(CARD_READERS)
"""The types that Quick Give needs besides, from webhooks and polling alike."""

_READERS = {**READERS, **CARD_READERS}


class LivemodeMismatch(ValueError):
    """A test-mode event reached the live bot, or vice versa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A Stripe event and its facts, which are empty for types that we do not handle.

    created: when it happened (aware UTC, in whole seconds, so it does not order events). reduced: the event with only
    the fields that are read (fields.py), the only part that may be stored.
    """

    id: str
    type: str
    created: datetime
    livemode: bool
    facts: tuple[Fact, ...]
    reduced: Json

    @property
    def may_be_ours(self) -> bool:
        """Whether any of its facts may concern something of ours."""
        return any(fact.ours is not False for fact in self.facts)


def read_event(raw: bytes | Mapping[str, Any]) -> Event:
    """Read a webhook's body or one element of the events list.

    Unknown types are no error and yield no facts. Nor do events of connected accounts (`account`), which belong to
    other charities. Raises UnreadableEvent.
    """
    event = _storable(reduced(_parse(raw)))
    if event.get("object") != "event":
        raise UnreadableEvent("not an event")
    kind = wire.text(event, "type")
    obj = wire.part(wire.part(event, "data"), "object")
    event_object = EventObject(wire.text(event, "id"), wire.moment(event, "created"), obj)
    reader = _READERS.get(kind) if event.get("account") is None else None
    try:
        found = reader(event_object) if reader else None
    except UnreadableEvent as error:
        if not kind.startswith(ALWAYS_MARKED) or event_object.ours():
            raise UnreadableEvent(f"{kind} {event_object.id}: {error}") from None
        found = None  # the charity's other payments may have forms that ours never have
    return Event(
        id=event_object.id,
        type=kind,
        created=event_object.at,
        livemode=wire.flag(event, "livemode"),
        facts=found if isinstance(found, tuple) else (found,) if found else (),
        reduced=event,
    )


def require_livemode(event: Event, livemode: bool) -> None:
    """Raise LivemodeMismatch if the event's mode differs from our API key's."""
    if event.livemode is not livemode:
        raise LivemodeMismatch(f"{event.id} is of {'live' if event.livemode else 'test'} mode, the API key is not")


def _storable(event: Json) -> Json:
    try:
        cleaned: Json = storable(event)
    except RecursionError:
        raise UnreadableEvent("nested too deeply") from None
    return cleaned


def _parse(raw: bytes | Mapping[str, Any]) -> Json:
    if isinstance(raw, Mapping):
        return raw
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableEvent(f"not JSON: {error}") from None
    if not isinstance(event, dict):
        raise UnreadableEvent("not an object")
    return event
