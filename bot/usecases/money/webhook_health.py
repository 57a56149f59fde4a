"""Whether Stripe's webhooks reach us, judged by which door events come in by first."""

import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.gifts import Arrived
from content.messages.inbox import WebhookCause
from payments.facts import SignatureExpired

_LATE = timedelta(seconds=20)  # polling sometimes wins by a moment; a webhook that works is never this late
_FOUND_WITHIN = timedelta(minutes=5)  # while we ran, polling had found it by then: an older one came while we were off
_IN_A_ROW = 3
_REFUSALS_KEPT = 200
_ID = re.compile(rb'"id"\s*:\s*"(evt_[A-Za-z0-9_]{1,200})"')
_ID_WITHIN = 500  # bytes; an event begins with its id


class WebhookHealth:
    """What was seen of webhooks since the process began. It says nothing of the time before."""

    def __init__(self, now: datetime) -> None:
        self._since = now
        self._late_in_a_row = 0
        self._refused: OrderedDict[str, WebhookCause] = OrderedDict()

    def accepted(self) -> None:
        """Note a webhook that Stripe has signed, whatever it was about."""
        self._late_in_a_row = 0

    def refused(self, raw: bytes, why: Exception) -> None:
        """Note a webhook whose signature was refused. Anybody can send one, so by itself it proves nothing."""
        if (found := _ID.search(raw[:_ID_WITHIN])) is None:
            return
        self._refused[found[1].decode()] = "clock" if isinstance(why, SignatureExpired) else "secret"
        if len(self._refused) > _REFUSALS_KEPT:
            self._refused.popitem(last=False)

    def polled(self, events: Iterable[Arrived], now: datetime) -> WebhookCause | None:
        """Note events that polling found first; return what is wrong, where that is certain by now.

        An event that Stripe lists and whose webhook we refused was sent by Stripe. Several that came late in a row,
        with no webhook between them, mean that none arrives. Events from before the start, or that polling itself would
        have found earlier had it run, tell only that we were off.
        """
        found: WebhookCause | None = None
        for event in events:
            found = self._refused.pop(event.id, None) or found
            if event.created >= self._since and _LATE <= now - event.created <= _FOUND_WITHIN:
                self._late_in_a_row += 1
        if found is None and self._late_in_a_row >= _IN_A_ROW:
            found = "silent"
        if found is not None:
            self._late_in_a_row = 0
        return found
