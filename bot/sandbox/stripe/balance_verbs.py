"""The sandbox's verbs about the account's balance: payouts, and what moves it besides donors."""

import copy
from collections.abc import Callable
from typing import Any, Literal

from ..kit import Json
from . import charging, payouts
from .world import World


def verb(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a method as also available as POST /_sandbox/<its name>."""
    function.is_verb = True  # type: ignore[attr-defined]  # a mark on a function, read in _verbs()
    return function


class BalanceVerbs:
    """Mixed into StripeSandbox."""

    world: World

    def _get(self, kind: str, id: str) -> Json:
        raise NotImplementedError

    @verb
    async def run_payouts(self) -> list[Json]:
        """Do what the daily schedule does: payouts arrive, are itemised, and what is available is paid out."""
        return copy.deepcopy(payouts.run_schedule(self.world))

    @verb
    async def pay_out(
        self, amount: int, currency: str | None = None, method: Literal["standard", "instant"] = "standard"
    ) -> Json:
        """Pay out by hand, as from Stripe's dashboard."""
        return copy.deepcopy(payouts.pay_by_hand(self.world, amount, currency or self.world.charity.currency, method))

    @verb
    async def fail_payout(self, payout: str, canceled: bool = False) -> Json:
        """Let the bank return a payout, or cancel a pending one by hand."""
        return copy.deepcopy(payouts.fail(self.world, self._get("payout", payout), canceled=canceled))

    @verb
    async def move_balance(self, kind: str, amount: int, currency: str | None = None) -> Json:
        """Move the balance by a fee, a reserve or a top-up of Stripe's."""
        return copy.deepcopy(payouts.move(self.world, kind, amount, currency or self.world.charity.currency))

    @verb
    async def sell(self, amount: int, currency: str | None = None) -> Json:
        """Charge a card for the charity's other business on the account; return the charge."""
        intent = charging.new_intent(self.world, amount, currency or self.world.charity.currency, ["card"], {})
        method = charging.attach_method(self.world, intent, "card", "4242424242424242", "client@example.com")
        charge = charging.succeed(self.world, intent, method)
        charging.book_later(self.world, charge)
        return copy.deepcopy(charge)

    @verb
    async def convert(self, currency: str, rate: float) -> None:
        """Convert payments in this currency into the account's own from now on, at this rate."""
        self.world.exchange_rates[currency] = rate
