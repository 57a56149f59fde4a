"""How a request to the payment processor can fail. The gateway raises no other errors."""


class GatewayError(Exception):
    """Stripe did not do what was asked."""


class GatewayUnavailable(GatewayError):
    """Stripe cannot be reached, is failing or asks for a pause: the same call may succeed later.

    retry_after: seconds, if Stripe gives them. is_replayed: this is Stripe's response to an earlier request with the
    same idempotency key, and stays the same for a day. is_outage: the failure does not concern this request, so the
    next one will probably fail too.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, *, is_replayed: bool = False, is_outage: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_replayed = is_replayed
        self.is_outage = is_outage


class GatewayRefused(GatewayError):
    """Stripe refused the request and would refuse it again. code: Stripe's, such as resource_missing."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class KeyRefused(GatewayRefused):
    """Stripe refuses our API key, or the key lacks a permission: every similar request would fail."""


class LinkGone(GatewayRefused):
    """The payment link does not exist, or no longer does."""


class CardGone(GatewayRefused):
    """The saved card is detached, or its customer deleted."""


class Declined(GatewayRefused):
    """The bank declined the card. code: the bank's reason, such as insufficient_funds."""


class NeedsAuthentication(Declined):
    """The bank wants the donor to confirm on a page of its own (3-D Secure), which a charge in chat cannot show."""


def concerns_all(error: Exception) -> bool:
    """Return whether the next request would fail for the same reason: an outage, or our key."""
    return isinstance(error, KeyRefused) or (isinstance(error, GatewayUnavailable) and error.is_outage)
