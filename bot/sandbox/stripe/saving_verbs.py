"""The sandbox's verbs about saved cards: saving one, and what banks and the dashboard do with it."""

import copy

from ..kit import Json
from . import catalog_api, checkout, intents, saving
from .balance_verbs import verb
from .world import World


class SavingVerbs:
    """Mixed into StripeSandbox."""

    world: World

    def _get(self, kind: str, id: str) -> Json:
        raise NotImplementedError

    @verb
    async def save_card(
        self,
        url: str,
        *,
        card: str = "4242424242424242",
        email: str = "donor@example.com",
        expiry: tuple[int, int] | None = None,
        approve: bool = True,
    ) -> Json:
        """Open a page that saves a card, and enter one; return the session, still open if the card was declined.

        Raises Closed. `expiry`: month and year. `approve`: the answer to the bank (3-D Secure).
        """
        id = url.rpartition("/")[2]
        outcome, _ = checkout.attempt(
            self.world, id, method="card", card=card, email=email, amount=None, expiry=expiry
        )  # fmt: skip
        if outcome == "challenge":
            checkout.answer_challenge(self.world, id, approve)
        return copy.deepcopy(self._get("checkout.session", id))

    @verb
    async def refuse_card(self, payment_method: str, code: str = "generic_decline") -> None:
        """Let the bank decline a saved card from now on, with this decline code."""
        self._get("payment_method", payment_method)
        self.world.refusals[payment_method] = code

    @verb
    async def expire_card(self, payment_method: str) -> Json:
        """Let a saved card expire. Stripe sends no event about that."""
        return copy.deepcopy(saving.expire(self.world, self._get("payment_method", payment_method)))

    @verb
    async def renew_card(self, payment_method: str, month: int, year: int, number: str | None = None) -> Json:
        """Replace a saved card's date, and its number if given, as card networks report it."""
        found = self._get("payment_method", payment_method)
        return copy.deepcopy(saving.renew(self.world, found, month, year, number))

    @verb
    async def detach_card(self, payment_method: str) -> Json:
        """Remove a saved card, as in the dashboard."""
        return copy.deepcopy(saving.detach_method(self.world, {}, payment_method))

    @verb
    async def delete_customer(self, customer: str) -> Json:
        """Delete a customer, as in the dashboard."""
        return copy.deepcopy(catalog_api.delete_customer(self.world, {}, customer))

    @verb
    async def cancel_payment(self, payment_intent: str) -> Json:
        """Cancel a payment that was not made yet, as in the dashboard."""
        return copy.deepcopy(intents.cancel(self.world, {}, payment_intent))
