"""The API over HTTP: keys, faults, idempotency and errors around the operations of routes.py."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web
from aiohttp.typedefs import Handler

from ..kit import Faults, Json
from .errors import StripeError, invalid
from .idempotency import Answer, Idempotency, fingerprint
from .keys import Keys
from .lists import expanded
from .params import nest, read
from .routes import Route
from .world import API_VERSION, World

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Done:
    """An answer, and whether it is a repeated one."""

    status: int
    body: str
    replayed: bool = False


@dataclass
class Api:
    """Handles requests one after another."""

    world: World
    faults: Faults
    routes: list[Route]
    keys: Keys
    idempotency: Idempotency = field(default_factory=Idempotency)

    def route_defs(self) -> list[web.RouteDef]:
        defs = [web.route(route.method, route.path, self._handler(route)) for route in self.routes]
        return [*defs, web.route("*", "/v1/{rest:.*}", self._unknown)]

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._guarded(request, lambda text: self._perform(route, request, text))

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        def refuse(text: str) -> Done:
            raise StripeError(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)

        return await self._guarded(request, refuse)

    async def _guarded(self, request: web.Request, work: Callable[[str], Done]) -> web.StreamResponse:
        """Check the key, apply due faults, and answer."""
        request_id = self.world.id("req", 14)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        text = await request.text()
        mark = fingerprint(request.method, request.path, text)
        try:
            done = self._early(request, key, mark) or await self._work(key, mark, text, request_id, work)
        except StripeError as error:
            done = _refusal(error)
        if self.faults.take_dropped_answer() and request.transport is not None:
            request.transport.abort()  # the request is carried out, but its answer is lost
        headers = {"Idempotency-Key": key} if key else {}
        if key and done.status >= 500:
            headers["Stripe-Should-Retry"] = "false"  # "in most cases", as stripe-python's _http_client.py says
        headers["Date"] = formatdate(self.world.now(), usegmt=True)  # Stripe's clock; RFC 9110, section 6.6.1
        return _response(done, request_id, headers)

    def _early(self, request: web.Request, key: str | None, mark: str) -> Done | None:
        """Return an answer given before the operation runs, or None. It leaves the idempotency key free.

        Raises StripeError if the request is refused.
        """
        if self.faults.take_limit() is not None:
            raise _too_many()
        self.keys.check(request.headers.get("Authorization", ""), request.method, request.path)
        kept = self.idempotency.kept(key, mark, self.world.now()) if key else None
        return Done(kept.status, kept.body, replayed=True) if kept else None

    async def _work(self, key: str | None, mark: str, text: str, request_id: str, work: Callable[[str], Done]) -> Done:
        if key:
            self.idempotency.under_way.add(key)
        try:
            await self.faults.delay()
            self.world.request_id, self.world.idempotency_key = request_id, key
            done = _broken() if self.faults.take_server_error() else work(text)
            if self.faults.take_broken_answer():
                done = _broken()
        finally:
            self.world.request_id = self.world.idempotency_key = None
            self.idempotency.under_way.discard(key or "")
        if key:
            self.idempotency.keep(key, Answer(mark, done.status, done.body, self.world.now()))
        return done

    def _perform(self, route: Route, request: web.Request, text: str) -> Done:
        given, paths = self._read(route, request, text)
        try:
            answer = route.operation(self.world, given, request.match_info.get("id", ""))
            return Done(200, json.dumps(expanded(self.world, answer, paths), ensure_ascii=False))
        except StripeError as error:
            return _refusal(error)  # by the operation itself: stored under the key

    def _read(self, route: Route, request: web.Request, text: str) -> tuple[Json, list[str]]:
        """Return the parameters, and what to expand. Raises StripeError if they are invalid: the key stays free."""
        if request.method == "POST" and text and request.content_type != FORM:
            raise invalid(f"Invalid request: POST bodies must be {FORM}.")
        given = nest(request.query_string)
        if text:
            given |= nest(text)
        given = read(given, route.accepts)
        return given, given.pop("expand", [])


def _too_many() -> StripeError:
    message = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."
    return StripeError(message, status=429, code="rate_limit")


def _broken() -> Done:
    return _refusal(StripeError("An unknown error occurred", status=500, kind="api_error"))


def _refusal(error: StripeError) -> Done:
    return Done(error.status, json.dumps(error.body()))


def _response(done: Done, request_id: str, headers: dict[str, str]) -> web.Response:
    all_headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, **headers}
    if done.replayed:
        all_headers["Idempotent-Replayed"] = "true"
    if done.status == 429:
        all_headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    return web.Response(status=done.status, text=done.body, content_type="application/json", headers=all_headers)
