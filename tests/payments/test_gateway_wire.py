"""The gateway against a server with scripted responses: pages, pauses, failures, refusals."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from payments.facts import POLLED_TYPES
from payments.money import Money
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused, LinkGone, StripeGateway
from tests.events import listed

KEY = "sk_test_0123456789"
SINCE = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Scripted:
    """Respond with `answers` in order, repeating the last one, and record the requests."""

    answers: list[tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    drops: int = 0  # how many requests get no response
    url: str = ""
    gateway: StripeGateway = field(init=False)

    def answer(self, status: int, body: dict[str, Any], **headers: str) -> None:
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    def error(self, status: int, code: str | None = None, **headers: str) -> None:
        kind = "invalid_request_error" if status < 429 else "api_error"
        self.answer(status, {"error": {"type": kind, "code": code, "message": "No."}}, **headers)

    async def handle(self, request: web.Request) -> web.Response:
        query = {name: request.query.getall(name) for name in request.query}
        self.asked.append((f"{request.method} {request.path}", query, dict(request.headers)))
        if self.drops:
            self.drops -= 1
            assert request.transport is not None
            request.transport.abort()
        status, body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.json_response(body, status=status, headers=headers)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", scripted.handle)
    async with TestServer(app) as listening:
        scripted.url = str(listening.make_url("/"))
        scripted.gateway = StripeGateway(KEY, scripted.url, max_network_retries=0, sleep=scripted.sleep)
        yield scripted
        await scripted.gateway.close()


def page(*items: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"object": "list", "url": "/v1/x", "has_more": more, "data": list(items)}


def event(number: int, created: int) -> dict[str, Any]:
    return {"id": f"evt_{number}", "object": "event", "created": created, "data": {"object": {}}}


async def test_events_are_read_through_all_pages(server: Scripted) -> None:
    server.answer(200, page(event(4, 103), event(3, 102), more=True))
    server.answer(200, page(event(2, 102), event(1, 101)))
    assert [e["id"] for e in await listed(server.gateway, SINCE)] == ["evt_1", "evt_2", "evt_3", "evt_4"]
    (_, first, _), (_, second, _) = server.asked
    assert first["created[gte]"] == [str(int(SINCE.timestamp()))]
    assert {value for name, values in first.items() if name.startswith("types") for value in values} == set(
        POLLED_TYPES
    )
    assert second["starting_after"] == ["evt_3"]


async def test_more_than_twenty_types_take_several_calls(server: Scripted) -> None:
    server.answer(200, page(event(2, 105)))
    server.answer(200, page(event(1, 101)))
    found = await listed(server.gateway, SINCE, [f"type.{number}" for number in range(21)])
    assert [e["id"] for e in found] == ["evt_1", "evt_2"]


async def test_short_pause_is_waited_out_once(server: Scripted) -> None:
    server.error(429, Retry_After="2")
    server.answer(200, page())
    assert await listed(server.gateway, SINCE) == []
    assert server.slept == [2.0]


async def test_longer_pause_is_left_to_the_caller(server: Scripted) -> None:
    server.error(429, Retry_After="60")
    with pytest.raises(GatewayUnavailable) as unavailable:
        await listed(server.gateway, SINCE)
    assert unavailable.value.retry_after == 60
    assert server.slept == []


async def test_repeated_pauses_are_given_up(server: Scripted) -> None:
    server.error(429)
    with pytest.raises(GatewayUnavailable):
        await listed(server.gateway, SINCE)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [500, 503])
async def test_server_error_is_unavailable(server: Scripted, status: int) -> None:
    server.error(status)
    with pytest.raises(GatewayUnavailable):
        await server.gateway.account()


async def test_no_server_is_unavailable() -> None:
    gateway = StripeGateway(KEY, "http://127.0.0.1:9", max_network_retries=0)
    with pytest.raises(GatewayUnavailable):
        await gateway.account()
    await gateway.close()


async def test_lost_response_is_retried_with_the_same_key(server: Scripted) -> None:
    gateway = StripeGateway(KEY, server.url, max_network_retries=1, sleep=server.sleep)
    server.drops = 1
    server.answer(200, {"id": "re_1", "object": "refund"})
    assert await gateway.refund("pi_1", 200, "refund-1") == "re_1"
    assert [headers["Idempotency-Key"] for _, _, headers in server.asked] == ["refund-1", "refund-1"]
    await gateway.close()


async def test_refusal_has_stripes_code(server: Scripted) -> None:
    server.error(400, "charge_already_refunded")
    with pytest.raises(GatewayRefused) as refused:
        await server.gateway.refund("pi_1", None, "refund-1")
    assert (refused.value.code, str(refused.value)) == ("charge_already_refunded", "No.")
    assert server.asked[0][2]["Idempotency-Key"] == "refund-1"


async def test_refusal_of_a_wrong_key_does_not_show_it(server: Scripted) -> None:
    server.error(401)
    with pytest.raises(GatewayRefused) as refused:
        await server.gateway.account()
    assert KEY not in f"{refused.value!r} {refused.value.__cause__!r}"


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_key_is_distinguished_from_a_refused_link(server: Scripted, status: int) -> None:
    server.error(status, "api_key_expired")
    with pytest.raises(KeyRefused):
        await server.gateway.deactivate_link("plink_1", "over")


async def test_missing_objects_are_none_or_link_gone(server: Scripted) -> None:
    server.error(404, "resource_missing")
    with pytest.raises(LinkGone):
        await server.gateway.deactivate_link("plink_1", "over")
    assert not await server.gateway.link_is_active("plink_1")
    assert await server.gateway.session("cs_1") is None
    assert await server.gateway.payer("pi_1") is None
    assert await server.gateway.balance_transactions(["txn_1"]) == []


@pytest.mark.parametrize("stripe_id", ["", "../refunds", "cs_1/expire", "cs_1?expand[]=customer", "cs 1", "é"])
async def test_malformed_id_is_not_requested(server: Scripted, stripe_id: str) -> None:
    server.answer(200, {})
    assert await server.gateway.session(stripe_id) is None
    assert server.asked == []


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    source = {"id": f"ch_{number}", "object": "charge", "payment_intent": f"pi_{number}"}
    return {
        "id": f"txn_{number}",
        "type": "charge",
        "created": 1_795_392_000,
        "fee": 45,
        "net": 455,
        "currency": "cad",
        "exchange_rate": None,
        "source": source,
    } | changes


async def test_many_fees_are_found_in_the_list(server: Scripted) -> None:
    payout = transaction(9, type="payout", source="po_1")
    server.answer(200, page(transaction(5), payout, transaction(4), transaction(3), more=True))
    server.answer(200, page(transaction(2), transaction(1), more=True))
    found = await server.gateway.balance_transactions(["txn_1", "txn_2", "txn_3", "txn_4"])
    assert {fee.event_id for fee in found} == {"txn_1", "txn_2", "txn_3", "txn_4"}
    assert [path for path, _, _ in server.asked] == ["GET /v1/balance_transactions"] * 2
    one = found[-1]
    assert one.fee == Money(45, "cad")
    assert one.charge.removeprefix("ch_") == (one.payment_intent or "").removeprefix("pi_")


async def test_fees_that_cannot_be_found_cost_few_calls(server: Scripted) -> None:
    server.answer(200, page(transaction(5), more=True))
    await server.gateway.balance_transactions([f"txn_{number}" for number in range(100, 500)])
    assert len(server.asked) <= 4 + 2 * 4 + 20
    first = server.asked[-20][0]
    server.asked.clear()
    await server.gateway.balance_transactions([f"txn_{number}" for number in range(499, 99, -1)])
    assert server.asked[-20][0] != first, "which ones are asked for singly goes by the order"


async def test_fees_missing_from_the_list_are_fetched_one_by_one(server: Scripted) -> None:
    server.answer(200, page(transaction(8), more=True))
    server.answer(200, page(transaction(7), more=True))
    server.answer(200, transaction(1))
    server.answer(200, transaction(2))
    server.answer(200, transaction(3))
    server.answer(200, transaction(4))
    found = await server.gateway.balance_transactions(["txn_1", "txn_2", "txn_3", "txn_4"])
    assert [fee.event_id for fee in found] == ["txn_1", "txn_2", "txn_3", "txn_4"]


@pytest.mark.parametrize(
    ("key", "live"), [("sk_test_1", False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True)]
)
async def test_key_shows_the_mode(key: str, live: bool) -> None:
    gateway = StripeGateway(key)
    assert gateway.livemode is live
    await gateway.close()


@pytest.mark.parametrize("key", ["", "pk_live_secret", "secret"])
def test_malformed_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="starts with") as refused:
        StripeGateway(key)
    assert not key or key not in str(refused.value)
