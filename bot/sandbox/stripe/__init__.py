"""A Stripe account that speaks Stripe's HTTP API, with a payment page."""

from .charging import CHALLENGED, DECLINES, GOOD
from .checkout import BadAmount, Closed
from .errors import StripeError
from .sandbox import StripeSandbox
from .world import Charity

__all__ = ["CHALLENGED", "DECLINES", "GOOD", "BadAmount", "Charity", "Closed", "StripeError", "StripeSandbox"]
