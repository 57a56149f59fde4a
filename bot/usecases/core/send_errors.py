"""Why a message from the outbox is not sent now. The delivery loop handles each."""

from datetime import datetime


class Obsolete(Exception):
    """The message is no longer true."""


class OnHold(Exception):
    """The message must wait until the person writes again."""


class Deferred(Exception):
    """The message must wait until a time (UTC); None: retry in a while."""

    def __init__(self, until: datetime | None, why: str) -> None:
        super().__init__(why)
        self.until = until
