"""Reading an event: its frame, and through readers.py what it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.facts import wire
from payments.facts.fields import kept
from payments.facts.kinds import Fact
from payments.facts.readers import ALWAYS_MARKED, READERS, Seen
from payments.facts.wire import Json, UnreadableEvent
from payments.text import storable

HANDLED_TYPES: tuple[str, ...] = tuple(READERS)
"""What a webhook endpoint subscribes to and what polling lists (20 types fit into one call)."""


class LivemodeMismatch(ValueError):
    """An event of test mode reached the live bot, or the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A Stripe event and what it says. facts: empty for types that are of no concern.

    created: when it happened (aware UTC, whole seconds: no order can be read from it). api_version: of the
    payload, which need not be that of our library. object_id: of what it is about. kept: the event cut down to the
    fields that are looked at (fields.py), which is all of it that may be stored.
    """

    id: str
    type: str
    created: datetime
    livemode: bool
    api_version: str | None
    object_id: str | None
    facts: tuple[Fact, ...]
    kept: Json

    @property
    def may_be_ours(self) -> bool:
        """Whether it says anything that may be about something of ours."""
        return any(fact.ours is not False for fact in self.facts)


def read_event(raw: bytes | Mapping[str, Any]) -> Event:
    """Read a webhook's body or one element of the events list.

    Unknown types are no error: they say nothing. Nor do events of connected accounts (`account`), which are other
    charities' business. Raises UnreadableEvent.
    """
    event = _storable(kept(_parse(raw)))
    if event.get("object") != "event":
        raise UnreadableEvent("not an event")
    kind = wire.text(event, "type")
    obj = wire.part(wire.part(event, "data"), "object")
    seen = Seen(wire.text(event, "id"), wire.moment(event, "created"), obj)
    reader = READERS.get(kind) if event.get("account") is None else None
    try:
        fact = reader(seen) if reader else None
    except UnreadableEvent as error:
        if not kind.startswith(ALWAYS_MARKED) or seen.ours():
            raise UnreadableEvent(f"{kind} {seen.id}: {error}") from None
        fact = None  # the charity's other business may come in forms that ours never has
    return Event(
        id=seen.id,
        type=kind,
        created=seen.at,
        livemode=wire.flag(event, "livemode"),
        api_version=wire.maybe_text(event, "api_version"),
        object_id=wire.maybe_text(obj, "id") if reader else None,
        facts=(fact,) if fact else (),
        kept=event,
    )


def require_livemode(event: Event, livemode: bool) -> None:
    """Raises LivemodeMismatch if the event's mode is not that of our API key."""
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
