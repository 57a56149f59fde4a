"""Why a message from the outbox is not sent as it stands. The delivery loop knows what each of these means."""

from datetime import datetime


class Obsolete(Exception):
    """The message says nothing true any more."""


class OnHold(Exception):
    """The message must wait until the person appears again."""


class Deferred(Exception):
    """The message must wait until a time (UTC); None: look again in a while."""

    def __init__(self, until: datetime | None, why: str) -> None:
        super().__init__(why)
        self.until = until
