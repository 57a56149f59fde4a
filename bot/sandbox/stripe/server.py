"""The API over HTTP: keys, faults, idempotency and errors around the operations of routes.py."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from ..kit import Faults, Json
from .errors import StripeError, invalid
from .lists import expanded
from .params import nest, read
from .routes import Route
from .world import API_VERSION, World

KEPT_ANSWERS = 20_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What was answered to a request with an Idempotency-Key, and to which request."""

    fingerprint: str
    status: int
    body: str


@dataclass
class Api:
    """Carries out requests one after the other. `api_key` None: every sk_test_ and rk_test_ key is good."""

    world: World
    faults: Faults
    routes: list[Route]
    api_key: str | None = None
    answers: dict[str, Answer] = field(default_factory=dict)

    def route_defs(self) -> list[web.RouteDef]:
        defs = [web.route(route.method, route.path, self._handler(route)) for route in self.routes]
        return [*defs, web.route("*", "/v1/{rest:.*}", self._unknown)]

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._guarded(request, lambda text: self._perform(route, request, text))

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        def refuse(text: str) -> tuple[int, str, bool]:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            return _refusal(StripeError(message, status=404))

        return await self._guarded(request, refuse)

    async def _guarded(self, request: web.Request, work: Callable[[str], tuple[int, str, bool]]) -> web.StreamResponse:
        """Checks the key, plays the faults that are due, and answers. Work returns status, body, replayed."""
        request_id = self.world.id("req", 14)
        await self.faults.delay()
        text = await request.text()
        wait = self.faults.take_limit()
        if wait is not None:
            return _response(*_refusal(_too_many()), request_id, {"Stripe-Rate-Limited-Reason": "global-rate"})
        if self.faults.take_server_error():
            broken = StripeError("An unknown error occurred", status=500, kind="api_error")
            return _response(*_refusal(broken), request_id)
        try:
            self._check_key(request)
        except StripeError as error:
            return _response(*_refusal(error), request_id)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        self.world.request_id, self.world.idempotency_key = request_id, key
        try:
            status, body, replayed = work(text)
        finally:
            self.world.request_id = self.world.idempotency_key = None
        if self.faults.take_dropped_answer() and request.transport is not None:
            request.transport.abort()  # the work is done, and nobody will hear of it
        return _response(status, body, replayed, request_id, {"Idempotency-Key": key} if key else {})

    def _check_key(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        good = key == self.api_key if self.api_key else key.startswith(("sk_test_", "rk_test_"))
        if scheme != "Bearer" or not key:
            raise StripeError("You did not provide an API key.", status=401)
        if not good:
            raise StripeError(f"Invalid API Key provided: {key[:8]}****{key[-4:]}", status=401)

    def _perform(self, route: Route, request: web.Request, text: str) -> tuple[int, str, bool]:
        key = self.world.idempotency_key
        fingerprint = hashlib.sha256(f"{request.method} {request.path}\n{text}".encode()).hexdigest()
        if key and (kept := self.answers.get(key)):
            if kept.fingerprint != fingerprint:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were first "
                    f"used with. Try using a key other than '{key}' if you meant to execute a different request."
                )
                return _refusal(StripeError(message, kind="idempotency_error"))
            return kept.status, kept.body, True
        try:
            body = json.dumps(self._carry_out(route, request, text), ensure_ascii=False)
        except StripeError as error:
            return _refusal(error)  # refused before anything happened: the key stays free, as with Stripe
        if key:
            self._keep(key, Answer(fingerprint, 200, body))
        return 200, body, False

    def _carry_out(self, route: Route, request: web.Request, text: str) -> Json:
        if request.method == "POST" and text and request.content_type != FORM:
            raise invalid(f"Invalid request: POST bodies must be {FORM}.")
        given = nest(request.query_string)
        if text:
            given |= nest(text)
        given = read(given, route.accepts)
        paths = given.pop("expand", [])
        answer = route.operation(self.world, given, request.match_info.get("id", ""))
        return expanded(self.world, answer, paths)

    def _keep(self, key: str, answer: Answer) -> None:
        self.answers[key] = answer
        if len(self.answers) > KEPT_ANSWERS:
            del self.answers[next(iter(self.answers))]


def _too_many() -> StripeError:
    message = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."
    return StripeError(message, status=429, code="rate_limit")


def _refusal(error: StripeError) -> tuple[int, str, bool]:
    return error.status, json.dumps(error.body()), False


def _response(
    status: int, body: str, replayed: bool, request_id: str, headers: dict[str, str] | None = None
) -> web.Response:
    all_headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, **(headers or {})}
    if replayed:
        all_headers["Idempotent-Replayed"] = "true"
    return web.Response(status=status, text=body, content_type="application/json", headers=all_headers)
