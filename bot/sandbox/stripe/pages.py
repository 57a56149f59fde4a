"""The pages that donors see: payment, the bank's question, thanks, the receipt and ending a monthly gift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from ..kit import Json
from . import checkout, portal, subscriptions
from .checkout import BadAmount, Closed, IdentityMissing
from .page_words import SYMBOLS, WORDS, Language, day, exponent, language_of, money, typed_amount, typed_expiry
from .world import Checkout, World

HERE = Path(__file__).parent
ASSETS = {"pay.css": "text/css", "pay.js": "text/javascript"}
TEST_CARDS = (
    ("4242424242424242", "test_good", "good"),
    ("4000000000000002", "test_bad", "bad"),
    ("4000002500003155", "test_asks", "ask"),
)
SAVED_TEST_CARDS = (
    *TEST_CARDS,
    ("4000000000000341", "test_later", "bad"),
    ("4000002760003184", "test_asks_always", "ask"),
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src https: http: data:; "
    "base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Reader:
    """The reader's language, and the charity's currency."""

    language: Language
    own_currency: str

    def say(self, key: str, **values: str) -> str:
        return WORDS[self.language][key].format(**values)

    def money(self, minor: int, currency: str) -> str:
        return money(minor, currency, self.language, self.own_currency)

    def day(self, moment: int) -> str:
        return day(datetime.fromtimestamp(moment, UTC).isoformat(), self.language)


class Pages:
    """The payment page and related pages, on the same state as the API."""

    def __init__(self, world: World) -> None:
        self.world = world
        loader = jinja2.FileSystemLoader(HERE / "templates")
        self.templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)

    def route_defs(self) -> list[web.RouteDef]:
        return [
            web.get("/pay/{code}", self.open_link),
            web.get("/c/pay/{session}", self.show),
            web.post("/c/pay/{session}", self.pay),
            web.get("/c/pay/{session}/confirm", self.ask),
            web.post("/c/pay/{session}/confirm", self.confirm),
            web.get("/c/pay/{session}/done", self.done),
            web.get("/receipts/{charge}", self.receipt),
            web.get("/p/login/{code}", self.login),
            web.get("/p/session/{portal}", self.portal),
            web.post("/p/session/{portal}", self.leave),
            web.get("/_page/{name}", self.asset),
        ]

    # --- paying ---
    async def open_link(self, request: web.Request) -> web.Response:
        try:
            link = checkout.link_by_code(self.world, request.match_info["code"])
        except Closed as closed:
            return self._closed(request, closed, request.query.get("locale"))
        session = checkout.open_link(self.world, link, request.query)
        return _go(f"/c/pay/{session['id']}")

    async def show(self, request: web.Request) -> web.Response:
        id = request.match_info["session"]
        try:
            session, about = checkout.open_checkout(self.world, id)
        except Closed as closed:
            session = self.world.find("checkout.session", id) or {}
            return self._closed(request, closed, session.get("locale"))
        return self._form(request, session, about, {}, None)

    async def pay(self, request: web.Request) -> web.Response:
        id, fields = request.match_info["session"], await _fields(request)
        try:
            session, about = checkout.open_checkout(self.world, id)
            amount = self._typed(session, about, fields)
            outcome, code = checkout.attempt(
                self.world,
                id,
                method="bank" if fields.get("method") == "bank" else "card",
                card=fields.get("card", ""),
                email=fields.get("email") or None,
                amount=amount,
                name=fields.get("name", ""),
                address=fields.get("address", ""),
                expiry=typed_expiry(fields.get("expiry", "")),
            )
        except IdentityMissing:
            reader = self._reader(request, session["locale"])
            return self._form(request, session, about, fields, reader.say("identity_missing"))
        except Closed as closed:
            return self._closed(request, closed, None)
        except BadAmount as bad:
            reader = self._reader(request, session["locale"])
            bounds = {name: reader.money(getattr(bad, name), session["currency"]) for name in ("low", "high")}
            return self._form(request, session, about, fields, reader.say("bad_amount", **bounds))
        if outcome == "challenge":
            return _go(f"/c/pay/{id}/confirm")
        if outcome == "declined":
            return self._form(request, session, about, fields, self._why(request, session, code))
        return self._after(session, about)

    def _typed(self, session: Json, about: Checkout, fields: Mapping[str, str]) -> int | None:
        """Return the amount the donor typed, if they can choose it. Raises BadAmount."""
        if not about.items or not about.items[0]["price"]["custom_unit_amount"]:
            return None
        amount = typed_amount(fields.get("amount", ""), session["currency"])
        if amount is None:
            raise BadAmount(None, *checkout.amount_bounds(about.items[0]))
        return amount

    def _why(self, request: web.Request, session: Json, code: str | None) -> str:
        reader = self._reader(request, session["locale"])
        return reader.say(code if code in WORDS[reader.language] else "declined")

    def _after(self, session: Json, about: Checkout) -> web.Response:
        """Return where the donor goes next: the charity's own page if it has one, else ours."""
        if about.after.get("type") == "redirect":
            url: str = about.after["redirect"]["url"]
            return _go(url.replace("{CHECKOUT_SESSION_ID}", session["id"]))
        return _go(f"/c/pay/{session['id']}/done")

    async def ask(self, request: web.Request) -> web.Response:
        try:
            session, _ = checkout.open_checkout(self.world, request.match_info["session"])
        except Closed as closed:
            return self._closed(request, closed, None)
        reader, charity = self._reader(request, session["locale"]), self.world.charity.name
        if session["mode"] == "setup":
            text = reader.say("confirm_saving", charity=charity)
        else:
            amount = reader.money(session["amount_total"], session["currency"])
            text = reader.say("confirm_text", amount=amount, charity=charity)
        return self._message(reader, reader.say("confirm_title"), text, tone="ask", ask=True)

    async def confirm(self, request: web.Request) -> web.Response:
        id, fields = request.match_info["session"], await _fields(request)
        try:
            session, about = checkout.open_checkout(self.world, id)
            outcome, code = checkout.answer_challenge(self.world, id, fields.get("answer") == "yes")
        except Closed as closed:
            return self._closed(request, closed, None)
        if outcome == "declined":
            return self._form(request, session, about, {}, self._why(request, session, code))
        return self._after(session, about)

    async def done(self, request: web.Request) -> web.Response:
        id = request.match_info["session"]
        session, about = self.world.find("checkout.session", id), self.world.checkouts.get(id)
        if session is None or about is None or session["status"] != "complete" or session["mode"] == "setup":
            return self._closed(request, Closed("gone"), None)
        reader = self._reader(request, session["locale"])
        key = "done" if session["payment_status"] == "paid" else "pending"
        amount = reader.money(session["amount_total"], session["currency"])
        text, notice = reader.say(f"{key}_text", amount=amount), None
        if about.after.get("type") == "hosted_confirmation":
            notice = about.after["hosted_confirmation"]["custom_message"]
        tone = "good" if key == "done" else "wait"
        return self._message(reader, reader.say(f"{key}_title"), text, tone=tone, notice=notice)

    def _form(
        self, request: web.Request, session: Json, about: Checkout, fields: Mapping[str, str], problem: str | None
    ) -> web.Response:
        if session["mode"] == "setup":
            return self._saving_form(request, session, fields, problem)
        reader, item = self._reader(request, session["locale"]), about.items[0]
        currency, custom = session["currency"], item["price"]["custom_unit_amount"]
        product = self.world.find("product", item["price"]["product"]) or {}
        total, recurring = session["amount_total"], item["price"]["recurring"]
        verb = _verb(session, recurring)
        low, high = checkout.amount_bounds(item)
        shown = reader.money(total, currency)
        sample = reader.money(0, currency).replace("0", "#")
        return self._render(
            "pay.html",
            reader,
            kind="pay",
            problem=problem,
            name=item["description"],
            about=product.get("description"),
            image=next(iter(product.get("images", [])), None),
            amount=shown,
            every=_every(reader, recurring),
            custom=bool(custom),
            typed=fields.get("amount", _plain(total, currency, reader.language) if total else ""),
            symbol=SYMBOLS.get(currency, currency.upper()),
            hint=reader.say("amount_hint", low=reader.money(low, currency), high=reader.money(high, currency)),
            email=fields.get("email") or session["customer_email"] or about.prefilled_email or "",
            sample_email=_sample_email(reader),
            identity=checkout.asks_identity(session),
            reason=(session["custom_text"]["submit"] or {}).get("message"),
            donor=fields.get("name", ""),
            address=fields.get("address", ""),
            bank=checkout.bank_method(session),
            method=fields.get("method", "card"),
            card=fields.get("card", ""),
            cards=TEST_CARDS,
            button=reader.say(verb, amount=shown) if total else reader.say(_plain_verb(verb)),
            label=reader.say(verb, amount=sample),
            plain=reader.say(_plain_verb(verb)),
            statement=self.world.charity.statement,
        )

    def _saving_form(
        self, request: web.Request, session: Json, fields: Mapping[str, str], problem: str | None
    ) -> web.Response:
        reader = self._reader(request, session["locale"])
        known = self.world.get("customer", session["customer"])["email"]
        return self._render(
            "save.html",
            reader,
            kind="pay",
            problem=problem,
            email=known or fields.get("email", ""),
            known=bool(known),
            sample_email=_sample_email(reader),
            reason=(session["custom_text"]["submit"] or {}).get("message"),
            card=fields.get("card", ""),
            cards=SAVED_TEST_CARDS,
        )

    # --- afterwards ---
    async def receipt(self, request: web.Request) -> web.Response:
        charge = self.world.find("charge", request.match_info["charge"])
        reader = self._reader(request, None)
        if charge is None:
            return self._closed(request, Closed("gone"), None)
        currency = charge["currency"]
        rows = [
            (reader.say("paid_on"), reader.day(charge["created"])),
            (reader.say("method"), _method_name(reader, charge)),
            (reader.say("reference"), charge["id"]),
        ]
        if charge["amount_refunded"]:
            rows.append((reader.say("refunded"), reader.money(charge["amount_refunded"], currency)))
        amount = reader.money(charge["amount"], currency)
        return self._render("receipt.html", reader, kind="plain", amount=amount, rows=rows)

    async def login(self, request: web.Request) -> web.Response:
        """Show the page that would e-mail a login code. No e-mail is sent here, and the page says so."""
        found, reader = portal.default(self.world), self._reader(request, None)
        if found is None or not (found["login_page"]["url"] or "").endswith(f"/{request.match_info['code']}"):
            return self._closed(request, Closed("gone"), None)
        return self._message(reader, reader.say("login_title"), reader.say("login_text"), tone="ask")

    async def portal(self, request: web.Request) -> web.Response:
        session = self.world.find("billing_portal.session", request.match_info["portal"])
        if session is None:
            return self._closed(request, Closed("gone"), None)
        reader = self._reader(request, session["locale"])
        theirs = [s for s in self.world.every("subscription") if s["customer"] == session["customer"]]
        pledges = [self._pledge(reader, subscription) for subscription in theirs]
        return self._render("portal.html", reader, kind="plain", pledges=pledges, back=session["return_url"])

    async def leave(self, request: web.Request) -> web.Response:
        """End a monthly gift at the end of the paid month."""
        id, fields = request.match_info["portal"], await _fields(request)
        session = self.world.find("billing_portal.session", id)
        subscription = self.world.find("subscription", fields.get("subscription", ""))
        if session is None or subscription is None or subscription["customer"] != session["customer"]:
            return self._closed(request, Closed("gone"), None)
        if subscription["status"] != "canceled":
            subscriptions.cancel_later(self.world, subscription, True)
        return _go(f"/p/session/{id}")

    def _pledge(self, reader: Reader, subscription: Json) -> Json:
        item = subscription["items"]["data"][0]
        price, end = item["price"], reader.day(item["current_period_end"])
        if subscription["status"] == "canceled":
            note = reader.say("portal_ended")
        elif subscription["cancel_at_period_end"]:
            note = reader.say("portal_until", date=end)
        else:
            note = reader.say("portal_next", date=end)
        product = self.world.find("product", price["product"]) or {}
        return {
            "id": subscription["id"],
            "amount": reader.money(price["unit_amount"] * item["quantity"], price["currency"]),
            "every": _every(reader, price["recurring"]),
            "name": product.get("name", ""),
            "note": note,
            "open": subscription["status"] != "canceled" and not subscription["cancel_at_period_end"],
        }

    async def asset(self, request: web.Request) -> web.Response:
        kind = ASSETS.get(request.match_info["name"])
        if kind is None:
            raise web.HTTPNotFound
        return web.Response(body=(HERE / "assets" / request.match_info["name"]).read_bytes(), content_type=kind)

    # --- rendering ---
    def _reader(self, request: web.Request, locale: str | None) -> Reader:
        language = language_of(locale, request.headers.get("Accept-Language", ""))
        return Reader(language, self.world.charity.currency)

    def _closed(self, request: web.Request, closed: Closed, locale: str | None) -> web.Response:
        reader = self._reader(request, locale)
        text = closed.notice or reader.say(f"closed_{closed.reason}")
        tone = "good" if closed.reason in ("complete", "saved") else "closed"
        status = 404 if closed.reason == "gone" else 200
        return self._message(reader, reader.say("closed_title"), text, tone=tone, status=status)

    def _message(
        self,
        reader: Reader,
        title: str,
        text: str,
        *,
        tone: str,
        notice: str | None = None,
        ask: bool = False,
        status: int = 200,
    ) -> web.Response:
        return self._render(
            "message.html", reader, status, kind="plain", title=title, text=text, tone=tone, notice=notice, ask=ask
        )

    def _render(self, template: str, reader: Reader, status: int = 200, **values: Any) -> web.Response:
        html = self.templates.get_template(template).render(
            language=reader.language, say=reader.say, charity=self.world.charity.name, **values
        )
        return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)


def _go(url: str) -> web.Response:
    return web.Response(status=303, headers={"Location": url, "Cache-Control": "no-store"})


async def _fields(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _sample_email(reader: Reader) -> str:
    return "vous@exemple.ca" if reader.language == "fr" else "you@example.com"


def _verb(session: Json, recurring: Json | None) -> str:
    if recurring:
        return "yearly" if recurring["interval"] == "year" else "monthly"
    return "pay" if session["submit_type"] in ("pay", "book") else "donate"


def _plain_verb(verb: str) -> str:
    return "pay_plain" if verb == "pay" else "donate_plain"


def _every(reader: Reader, recurring: Json | None) -> str | None:
    if not recurring:
        return None
    return reader.say("each_year" if recurring["interval"] == "year" else "each_month")


def _plain(minor: int, currency: str, language: Language) -> str:
    """Format an amount for the input field: no symbol, cents only if there are any."""
    places = exponent(currency)
    whole, rest = divmod(minor, 10**places)
    mark = "," if language == "fr" else "."
    return f"{whole}{mark}{rest:0{places}d}" if rest else str(whole)


def _method_name(reader: Reader, charge: Json) -> str:
    details = charge["payment_method_details"]
    if details["type"] == "card":
        return f"{details['card']['brand'].title()} ···· {details['card']['last4']}"
    return reader.say("bank")
