"""Judge whether Stripe's webhooks reach us, by whether webhook or polling delivers events first."""

import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.gifts import ReceivedEvent
from content.messages.inbox import WebhookCause
from payments.facts import SignatureExpired

_LATE = timedelta(seconds=20)  # polling may win by a moment, but a working webhook is never this late
_FOUND_WITHIN = timedelta(minutes=5)  # polling would have found an older event by then, had we been running
_IN_A_ROW = 3
_REFUSALS_KEPT = 200
_ID = re.compile(rb'"id"\s*:\s*"(evt_[A-Za-z0-9_]{1,200})"')
_ID_WITHIN = 500  # bytes; an event starts with its id


class WebhookHealth:
    """Observations on webhooks since the process started."""

    def __init__(self, now: datetime) -> None:
        self._since = now
        self._late_in_a_row = 0
        self._refused: OrderedDict[str, WebhookCause] = OrderedDict()

    def accepted(self) -> None:
        """Record a webhook with a valid signature, of any type."""
        self._late_in_a_row = 0

    def refused(self, raw: bytes, why: Exception) -> None:
        """Record a webhook with a refused signature. Anyone can send one, so it proves nothing alone."""
        if (match := _ID.search(raw[:_ID_WITHIN])) is None:
            return
        self._refused[match[1].decode()] = "clock" if isinstance(why, SignatureExpired) else "secret"
        if len(self._refused) > _REFUSALS_KEPT:
            self._refused.popitem(last=False)

    def polled(self, events: Iterable[ReceivedEvent], now: datetime) -> WebhookCause | None:
        """Record events that polling found first; return what is wrong, if that is certain.

        If Stripe lists an event whose webhook we refused, Stripe did send it. Several late events in a row without a
        webhook between them mean that none arrives. Events from before the start, or that polling would have found
        earlier had it run, only show that we were off.
        """
        cause: WebhookCause | None = None
        for event in events:
            cause = self._refused.pop(event.id, None) or cause
            if event.created >= self._since and _LATE <= now - event.created <= _FOUND_WITHIN:
                self._late_in_a_row += 1
        if cause is None and self._late_in_a_row >= _IN_A_ROW:
            cause = "silent"
        if cause is not None:
            self._late_in_a_row = 0
        return cause
