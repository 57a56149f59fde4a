"""Refunds through the gateway: once per order of ours, whatever Stripe's idempotency keys repeat."""

from collections.abc import Mapping
from typing import Any

from payments.gateway_errors import GatewayUnavailable
from payments.paging import pages

_MOST_KEYS = 10  # for one refund: how often Stripe may fail to create it within a day
_ORDER = "obole_order"  # in a refund's metadata: the order of ours that it carries out


class RefundGateway:
    """The part of the gateway for refunds."""

    async def get(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    async def post(self, path: str, params: Mapping[str, Any], idempotency_key: str | None) -> dict[str, Any]:
        raise NotImplementedError

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        """Refund a part (minor units) or, with None, the rest, once per key. Return the refund's id.

        For a day, Stripe repeats a failure to the same key. In that case, look for our order among the payment's
        refunds, and if it is not there, try again with the next key.
        """
        params: dict[str, Any] = {
            "payment_intent": payment_intent,
            "reason": "requested_by_customer",
            "metadata": {_ORDER: idempotency_key},
        }
        if minor is not None:
            params["amount"] = minor
        for number in range(_MOST_KEYS):
            key = f"{idempotency_key}-{number}" if number else idempotency_key
            try:
                return str((await self.post("/v1/refunds", params, key))["id"])
            except GatewayUnavailable as error:
                if not error.is_replayed:
                    raise
                refund_id = await self._refund_id(payment_intent, idempotency_key)
                if refund_id is not None:
                    return refund_id
        raise GatewayUnavailable("Stripe keeps failing to make this refund")

    async def _refund_id(self, payment_intent: str, order: str) -> str | None:
        async for page in pages(self.get, "/v1/refunds", {"payment_intent": payment_intent}):
            for refund in page:
                if (refund.get("metadata") or {}).get(_ORDER) == order:
                    return str(refund["id"])
        return None
