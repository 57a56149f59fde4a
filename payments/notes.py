"""A few values kept at Stripe, in the metadata of an inactive product: they survive the loss of our database."""

from collections.abc import Mapping
from typing import Any

from payments.gateway_errors import GatewayRefused

Json = dict[str, Any]
_TITLE = "Obole: keep this, it recognizes restored backups"  # staff may see it in Stripe's dashboard


class NoteKeeper:
    """The part of the gateway that keeps notes. `find` and `post` are the gateway's own."""

    async def find(self, path: str, stripe_id: str, params: Json | None = None) -> Json | None:
        raise NotImplementedError

    async def post(self, path: str, params: Mapping[str, Any], idempotency_key: str | None) -> Json:
        raise NotImplementedError

    async def read_note(self, name: str) -> dict[str, str]:
        """Return the values of a note; none if it was never written."""
        product = await self.find("/v1/products", name)
        return {} if product is None else dict(product["metadata"])

    async def write_note(self, name: str, values: Mapping[str, str]) -> None:
        """Set these values of a note; its others stay."""
        try:
            await self.post(f"/v1/products/{name}", {"metadata": dict(values)}, None)
        except GatewayRefused as error:
            if error.code != "resource_missing":
                raise
            made = {"id": name, "name": _TITLE, "active": False, "metadata": dict(values)}
            await self.post("/v1/products", made, None)
