"""How a request to the payment processor may fail. Whoever calls the gateway sees these and nothing else."""


class GatewayError(Exception):
    """Stripe did not do what was asked."""


class GatewayUnavailable(GatewayError):
    """Stripe cannot be reached, is failing or wants a pause: the same call may work later.

    retry_after: seconds, where Stripe names them. is_replayed: this is Stripe's answer to an earlier request with the
    same idempotency key, and it stays that for a day. is_outage: it says nothing about what was asked for, so the next
    request will hardly fare better.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, *, is_replayed: bool = False, is_outage: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_replayed = is_replayed
        self.is_outage = is_outage


class GatewayRefused(GatewayError):
    """Stripe understood and said no, and would again. code: Stripe's, such as resource_missing."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class KeyRefused(GatewayRefused):
    """Stripe refuses our API key, or the key lacks a permission: this says nothing about what was asked for."""


class LinkGone(GatewayRefused):
    """There is no such payment link (any more)."""


def concerns_all(error: Exception) -> bool:
    """Whether a request failed for a reason that will fail the next one too: an outage, or our key."""
    return isinstance(error, KeyRefused) or (isinstance(error, GatewayUnavailable) and error.is_outage)
