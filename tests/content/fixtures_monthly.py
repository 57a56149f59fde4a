"""Reminders, impact updates, monthly gifts and inbox replies with the same fixtures as the other messages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, get_args

from content.cards import Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.messages import adult, inbox_cases
from content.messages import inbox as box
from content.messages import monthly as month
from content.messages import monthly_confirm as confirm
from content.messages import nudges as nudge
from content.writer import Choice
from payments.money import Money

if TYPE_CHECKING:
    from tests.content.fixtures import Fixture, Render


def nudges(fixture: "Fixture", tap: Tap, day: date) -> Iterator[tuple[str, "Render"]]:
    """Yield every message of content.messages.nudges."""
    c, charity = fixture.campaign, fixture.charity
    choices = tuple(Choice(money=Money(minor, c.currency), tap=tap) for minor in c.amounts[:3])
    picture = Picture(name="p.png", png=b"", alt="p", key="k")
    for kind in get_args(nudge.NudgeKind):
        for until, text, some in ((None, "", choices), (day, "", ()), (day, "Nos mots", choices)):
            view = nudge.NudgeView(
                kind=kind,
                charity=charity,
                campaign=c,
                progress=fixture.progresses[5],
                choices=some,
                not_now=tap,
                stop=tap,
                text=text,
                until=until,
                picture=picture,
                other=tap,
            )
            yield f"nudge_{kind}", lambda catalog, locale, view=view: nudge.nudge(catalog, locale, view)
    yield "nudge_later", lambda catalog, locale: nudge.nudge_later(catalog, locale, day, tap)
    yield "nudge_stopped", lambda catalog, locale: nudge.nudge_stopped(catalog, locale, tap)
    question = nudge.ConsentView(charity=charity, none=tap, more=tap)
    yield "consent", lambda catalog, locale: nudge.consent(catalog, locale, question)
    yield "declined", lambda catalog, locale: nudge.declined(catalog, locale, tap)
    for progress in fixture.progresses:
        back = nudge.ImpactUpdateView(campaign=c, money=fixture.money, paid_on=day, progress=progress, picture=picture)
        yield "bilan", lambda catalog, locale, back=back: nudge.impact_update(catalog, locale, back)
    for gifts in (1, 9):
        yield "year", _year(nudge.YearView(charity=charity, year=2026, gifts=gifts, total=fixture.money))


def _year(view: nudge.YearView) -> "Render":
    def render(catalog: Catalog, locale: Locale) -> Card:
        return nudge.year(catalog, locale, view)

    return render


def monthly(fixture: "Fixture", tap: Tap, day: date) -> Iterator[tuple[str, "Render"]]:
    """Yield every message of content.messages.monthly."""
    for end in (None, tap):
        yield "adult_question", lambda catalog, locale, end=end: adult.question(catalog, locale, tap, tap, end)
        yield "adult_refused", lambda catalog, locale, end=end: adult.refused(catalog, locale, fixture.money, tap, end)
    c, charity, money = fixture.campaign, fixture.charity, fixture.money
    choices = tuple(Choice(money=Money(minor, c.currency), tap=tap) for minor in c.amounts)
    for some in ((), choices):
        for has_none in (True, False):
            how = tap if has_none else None
            for refused in (None, charity.contact):
                offer = month.OfferView(
                    campaign=c,
                    choices=some,
                    has_none=has_none,
                    how_to_end=how,
                    other=tap,
                    back=None if has_none else tap,
                    once=None if has_none else tap,
                    refused_contact=refused,
                )
                yield "offer", lambda catalog, locale, offer=offer: month.offer(catalog, locale, offer)
    yield "none", lambda catalog, locale: month.none(catalog, locale, tap)
    for is_paused, next_on, ends_on in product((False, True), (None, day), (None, day)):
        for is_over, new_card in ((False, None), (False, tap), (True, None)):
            shown = month.PledgeCardView(
                campaign=c,
                money=money,
                next_on=next_on,
                change=None if is_over else tap,
                confirm=tap if is_over else None,
                end=None if is_over else tap,
                pause=tap,
                resume=tap,
                needs_card=new_card is not None or is_paused,
                new_card=new_card,
                is_paused=is_paused,
                ends_on=ends_on,
                is_over=is_over,
                saved=is_paused,
                others=(month.OtherView(campaign=c, money=money, show=tap),) * 3 if is_over else (),
            )
            yield "pledge", lambda catalog, locale, shown=shown: month.pledge(catalog, locale, shown)
    yield "amounts", lambda catalog, locale: month.amounts(catalog, locale, choices, other=tap, back=tap)
    for changes in (False, True):
        ask = month.AskView(campaign=c, back=tap, changes=changes)
        yield "ask_amount", lambda catalog, locale, ask=ask: month.ask_amount(catalog, locale, ask)
    change = month.ConfirmChangeView(campaign=c, now=money, wanted=choices[0], back=tap, once=tap)
    yield "confirm_change", lambda catalog, locale: month.confirm_change(catalog, locale, change)
    yield "stripe_refused", lambda catalog, locale: month.stripe_refused(catalog, locale, charity)
    yield "pauses", lambda catalog, locale: month.pauses(catalog, locale, ((1, tap), (3, tap)), tap)
    yield "ask_end", lambda catalog, locale: month.ask_end(catalog, locale, c, money, tap, tap)
    yield "ended", lambda catalog, locale: month.ended(catalog, locale, c)
    yield "trouble", lambda catalog, locale: month.stripe_unreachable(catalog, locale, tap)
    yield "renewal_failed", lambda catalog, locale: month.renewal_failed(catalog, locale, c, money, tap)
    for following in (None, c):
        moved = month.MovedView(charity=charity, campaign=c, money=money, end=tap, following=following, agree=tap)
        yield "moved", lambda catalog, locale, moved=moved: month.moved(catalog, locale, moved)
    yield "moved_done", lambda catalog, locale: month.moved_done(catalog, locale, c)


def confirming(fixture: "Fixture", tap: Tap) -> Iterator[tuple[str, "Render"]]:
    """Yield every message of content.messages.monthly_confirm."""
    c, charity, money = fixture.campaign, fixture.charity, fixture.money
    for sum_, stripe in ((money, tap), (None, None)):
        view = confirm.UnconfirmedView(
            charity=charity, campaign=c, confirm=tap, how_to_end=tap, money=sum_, stripe=stripe
        )
        yield "unconfirmed", lambda catalog, locale, one=view: confirm.unconfirmed(catalog, locale, one)
        how = confirm.HowToConfirmView(charity=charity, page=stripe is not None, stripe=stripe, how_to_end=tap)
        yield "how_to_confirm", lambda catalog, locale, how=how: confirm.how_to_confirm(catalog, locale, how)
        receipt = replace(how, by_receipt=True)
        yield "how_to_confirm", lambda catalog, locale, how=receipt: confirm.how_to_confirm(catalog, locale, how)
        single = confirm.HowToConfirmGiftView(
            charity=charity, campaign=c, money=fixture.money, page=stripe is not None, own=True, give=tap
        )
        yield (
            "how_to_confirm_gift",
            lambda catalog, locale, view=single: confirm.how_to_confirm_gift(catalog, locale, view),
        )
        end = confirm.HowToEndView(charity=charity, stripe=stripe)
        yield "how_to_end", lambda catalog, locale, end=end: confirm.how_to_end(catalog, locale, end)
    yield "confirmed", lambda catalog, locale: confirm.confirmed_already(catalog, locale, tap)
    yield "earlier", lambda catalog, locale: confirm.ask_earlier_donor(catalog, locale, c, tap, tap)
    yield "sure_yours", lambda catalog, locale: confirm.confirm_unproved_change(catalog, locale, c, tap, tap)
    for what in ("paused", "resumed", "ended"):
        yield "touched", _touched(fixture, tap, what)


def _touched(fixture: "Fixture", tap: Tap, what: confirm.Touched) -> "Render":
    def render(catalog: Catalog, locale: Locale) -> Card:
        return confirm.touched(catalog, locale, fixture.campaign, fixture.money, what, tap)

    return render


def inbox(fixture: "Fixture", tap: Tap) -> Iterator[tuple[str, "Render"]]:
    """Yield the inbox's messages to supporters."""
    charity = fixture.charity
    for on in (True, False):
        view = box.PassedOnView(charity=charity, give=tap, enough=on, attached=on, edited=not on)
        asked = replace(view, enough=False, read=on, receipt=True, stop=tap)
        closed = replace(asked, receipt=False, stop=None, away="Fermé jusqu’au 5.")
        yield "away", lambda c, locale, view=closed: box.passed_on(c, locale, view)
        yield "thanks", lambda c, locale: box.courtesy(c, locale, charity, "thanks", tap, read=True, away="Fermé.")
        yield "text_only", lambda c, locale: box.text_only(c, locale, charity, is_read=True, away="Fermé.")
        yield "passed_on", lambda c, locale, view=asked: box.passed_on(c, locale, view)
        yield "thanks", lambda c, locale, on=on: box.courtesy(c, locale, charity, "thanks", tap, read=on)
        yield "farewell", lambda c, locale, on=on: box.courtesy(c, locale, charity, "farewell", tap, read=on)
        yield "greeting", lambda c, locale, on=on: box.courtesy(c, locale, charity, "greeting", tap, read=on)
        yield "passed_on", lambda c, locale, view=view: box.passed_on(c, locale, view)
        yield "text_only", lambda c, locale, on=on: box.text_only(c, locale, charity, is_read=on)
        yield "relayed", lambda c, locale, on=on: box.relayed(c, locale, charity, "Bonjour", is_correction=on)
    yield "case_over", lambda catalog, locale: inbox_cases.case_over(catalog, locale, charity, 12)
