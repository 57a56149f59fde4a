"""Payouts and the movements of the Stripe balance, read page by page."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from payments.facts import PayoutReported, wire
from payments.facts.listed import payout_reported
from payments.money import Money
from payments.paging import pages
from payments.payouts import Kind, Movement, kind_of
from payments.views import unix_seconds

Json = dict[str, Any]

_OF_PAYMENTS = (None, "payments")  # reserves are also movements of a balance of their own


class BalanceReader:
    """The part of the gateway that reads the account's balance; `get` fetches an object as plain JSON.

    Raises UnreadableEvent beside the gateway's errors.
    """

    async def get(self, path: str, params: Json) -> Json:
        raise NotImplementedError

    async def payouts(self, since: datetime, now: datetime) -> AsyncIterator[list[PayoutReported]]:
        """Yield the payouts created since a time (UTC, inclusive), as they are now, page by page, newest first."""
        async for page in pages(self.get, "/v1/payouts", {"created": {"gte": unix_seconds(since)}}):
            yield [payout_reported(wire.text(payout, "id"), now, payout) for payout in page]

    def payout_movements(self, payout: str) -> AsyncIterator[list[Movement]]:
        """Yield what an automatic payout consists of, its own movement included, page by page.

        Stripe refuses this for other payouts (GatewayRefused).
        """
        return self._movements({"payout": payout})

    def movements(self, since: datetime, before: datetime) -> AsyncIterator[list[Movement]]:
        """Yield the movements of the balance in a time span (UTC, [since, before)), page by page, newest first."""
        return self._movements({"created": {"gte": unix_seconds(since), "lt": unix_seconds(before)}})

    async def _movements(self, query: Json) -> AsyncIterator[list[Movement]]:
        async for page in pages(self.get, "/v1/balance_transactions", query | {"expand": ["data.source"]}):
            yield [movement(one) for one in page if one.get("balance_type") in _OF_PAYMENTS]

    async def balance(self) -> dict[str, int]:
        """Return the account's balance, available and pending together, in minor units by currency."""
        return total(await self.get("/v1/balance", {}))


def movement(transaction: Json) -> Movement:
    """Return a balance transaction as a movement; its `source` may be expanded. Raises UnreadableEvent."""
    source = transaction.get("source")
    behind: Mapping[str, Any] = source if isinstance(source, Mapping) else {}
    type_, category = wire.text(transaction, "type"), wire.maybe_text(transaction, "reporting_category") or ""
    kind = kind_of(type_, of_dispute=category.startswith("dispute") or behind.get("object") == "dispute")
    gross, source_id = wire.signed_money(transaction, "amount"), wire.ident(transaction, "source")
    of_payment = kind in (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE)
    return Movement(
        id=wire.text(transaction, "id"),
        kind=kind,
        type=type_,
        gross=gross,
        fee=wire.signed_money(transaction, "fee"),
        created_at=wire.moment(transaction, "created"),
        available_at=wire.moment(transaction, "available_on"),
        source=source_id,
        source_created_at=wire.maybe_moment(behind, "created"),
        payment_intent=wire.ident(behind, "payment_intent") if of_payment else None,
        charge=source_id if kind is Kind.CHARGE else wire.ident(behind, "charge") if of_payment else None,
        presented=_presented(behind, gross.minor) if of_payment else None,
    )


def _presented(source: Mapping[str, Any], sign: int) -> Money | None:
    if "amount" not in source:
        return None
    amount = wire.money(source, "amount")
    return -amount if sign < 0 else amount


def total(balance: Json) -> dict[str, int]:
    """Return a balance's available and pending amounts together. Raises UnreadableEvent."""
    sums: Counter[str] = Counter()
    for part in ("available", "pending"):
        for money in (wire.signed_money(one, "amount") for one in balance.get(part) or []):
            sums[money.currency] += money.minor
    return dict(sums)
