"""The fake's state, in memory: its objects, events, clock and ids."""

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..kit import Changes, Clock, Json, random_text
from .errors import missing, no_such_reference

API_VERSION = "2026-10-28.endive"
KEPT_EVENTS = 50_000
KEPT_OPEN_CHECKOUTS = 5_000


@dataclass(frozen=True)
class Charity:
    """The account's owner, as shown on the payment page and the card statement."""

    name: str = "Les Amis du Quartier"
    statement: str = "AMIS DU QUARTIER"
    country: str = "CA"
    currency: str = "cad"
    email: str = "bonjour@example.org"


@dataclass
class Checkout:
    """The context of a Checkout Session that is not in its own fields."""

    session: str
    items: list[Json]
    link: str | None = None
    intent_data: Json = field(default_factory=dict)
    subscription_data: Json = field(default_factory=dict)
    after: Json = field(default_factory=dict)
    prefilled_email: str | None = None
    challenged: Json | None = None
    intent: str | None = None
    expiry: tuple[int, int] | None = None  # month and year, as typed on the page
    name: str | None = None  # the donor's, where the page asks for it
    address: str | None = None


class World:
    """The state behind every request, verb and page. Not thread-safe; lives in one event loop."""

    def __init__(self, clock: Clock, seed: int, charity: Charity, changes: Changes) -> None:
        self.clock, self.charity, self.changes = clock, charity, changes
        self.random = random.Random(seed)
        self.url = ""
        self.account_id = self.id("acct", 16)
        self.kinds: dict[str, dict[str, Json]] = {}
        self.items: dict[str, list[Json]] = {}  # line items of links and sessions, by their id
        self.checkouts: dict[str, Checkout] = {}
        self.deleted: set[str] = set()
        self.deleted_customers: dict[str, Json] = {}
        self.card_numbers: dict[str, str] = {}  # of the payment methods that are cards
        self.refusals: dict[str, str] = {}  # decline codes of saved cards that their bank refuses from now on
        self.paid_out: dict[str, str] = {}  # the automatic payout that a balance transaction went out with
        self.exchange_rates: dict[str, float] = {}  # of currencies that are converted into the account's own
        self.on_event: Callable[[Json], None] = lambda event: None
        self.later: Callable[[Callable[[], None]], None] = lambda job: job()
        self.request_id: str | None = None
        self.idempotency_key: str | None = None

    # --- time and ids ---
    def now(self) -> int:
        """Return Unix seconds by the clock that was passed in."""
        return int(self.clock().timestamp())

    def id(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{random_text(self.random, length)}"

    def text(self, length: int) -> str:
        return random_text(self.random, length)

    # --- objects ---
    def add(self, thing: Json) -> Json:
        self.kinds.setdefault(thing["object"], {})[thing["id"]] = thing
        return thing

    def find(self, kind: str, id: str) -> Json | None:
        return None if id in self.deleted else self.kinds.get(kind, {}).get(id)

    def get(self, kind: str, id: str) -> Json:
        """Return the object that a path names. Raises StripeError 404."""
        found = self.find(kind, id)
        if found is None:
            raise missing(kind, id)
        return found

    def refer(self, kind: str, id: str, param: str) -> Json:
        """Return the object that a parameter names. Raises StripeError 400."""
        found = self.find(kind, id)
        if found is None:
            raise no_such_reference(kind, id, param)
        return found

    def remove(self, thing: Json) -> None:
        self.kinds.get(thing["object"], {}).pop(thing["id"], None)

    def every(self, kind: str) -> list[Json]:
        """Return all objects of a kind, oldest first."""
        return [thing for id, thing in self.kinds.get(kind, {}).items() if id not in self.deleted]

    def by_id(self, id: str) -> Json | None:
        """Return an object of any kind, for `expand`."""
        return next((kind[id] for kind in self.kinds.values() if id in kind), None)

    # --- events ---
    def emit(self, type: str, thing: Json, before: Json | None = None) -> Json:
        """Record an event about `thing`; `before` holds the previous values of changed fields."""
        data: Json = {"object": copy.deepcopy(thing)}
        if before is not None:
            data["previous_attributes"] = before
        event = self.add({
            "id": self.id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": type,
        })  # fmt: skip
        self.publish(event)
        return event

    def publish(self, event: Json) -> None:
        """Pass an event to the webhooks and to listeners."""
        _trim(self.kinds["event"], KEPT_EVENTS)
        self.on_event(event)
        about = event["data"]["object"]
        self.changes.tell("event", type=event["type"], id=event["id"], object=about.get("id"))

    def change(self, thing: Json, type: str | None = None, **values: Any) -> Json:
        """Set fields of an object and emit `type` with their previous values, unless nothing differs."""
        before = {name: thing.get(name) for name, value in values.items() if thing.get(name) != value}
        if before:
            thing.update(values)
            if type:
                self.emit(type, thing, before)
        return thing

    def keep(self, checkout: Checkout) -> None:
        """Store an open checkout; abandoned ones are dropped, oldest first."""
        self.checkouts[checkout.session] = checkout
        if len(self.checkouts) > KEPT_OPEN_CHECKOUTS:
            oldest = next(iter(self.checkouts))
            del self.checkouts[oldest]
            session = self.find("checkout.session", oldest)
            if session and session["status"] == "open":
                self.remove(session)
                self.items.pop(oldest, None)


def _trim(entries: dict[str, Json], limit: int) -> None:
    while len(entries) > limit:
        del entries[next(iter(entries))]
