"""Every message with ordinary, huge and hostile values, for tests that check all of them."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from typing import get_args

from bot.store.supporters.personal import PARTS
from content.campaign import Campaign, GiftDoes, ShortWords, Words
from content.cards import Button, ButtonStyle, Card, File, Picture, Tap
from content.catalog import Catalog, Locale
from content.messages import campaigns as rests
from content.messages import gifts as gift
from content.messages import gifts_list as gift_list
from content.messages import giving as give
from content.messages import money as back
from content.messages import my_data as own
from content.messages import supporters as person
from content.writer import CampaignProgress, Charity, Choice
from payments.money import Money
from tests.content.fixtures_broadcasts import broadcast
from tests.content.fixtures_cards import saved_cards
from tests.content.fixtures_monthly import confirming, inbox, monthly, nudges
from tests.content.fixtures_referrals import inviting

Render = Callable[[Catalog, Locale], Card]


class NumberedTap(Tap):
    """A tap whose every button has an action of its own, as the buttons of one card must have."""

    def button(self, label: str, style: ButtonStyle = "plain") -> Button:
        """Return a button with the next action."""
        return Tap(action=f"do:{next(_NUMBERS)}").button(label, style)


_NUMBERS = itertools.count(1)
COPIED = [{part.name: 3 for part in PARTS if part.inferred is derived} for derived in (False, True)]
COPIED[0]["letters"] = 1
TAP = NumberedTap(action="do:0")
URL = Tap(url="https://give.example/1")
ASSETS = resources.files("content") / "assets"
DAY = date(2026, 12, 1)
HOSTILE = "<b>*_`[x](y)` & \u202eevil\u202c { $amount } @everyone 🎄"


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """A set of values that all messages are rendered with."""

    name: str
    charity: Charity
    campaign: Campaign
    money: Money
    progresses: tuple[CampaignProgress, ...]


def campaign(name: str, story: str, code: str = "cad", goal: int = 1_200_000, earmarked: bool = False) -> Campaign:
    """Return a campaign with all texts set."""
    words = Words(fr=story, en=story)
    return Campaign(
        slug="sample",
        name=ShortWords(fr=name, en=name),
        story=words,
        currency=code,
        goal_minor=goal,
        amounts=(300, 500, 1000, 2500),
        gift_does=(GiftDoes(minor=500, what=ShortWords(fr="un repas", en="one meal")),),
        cap_minor=max(goal, 250_000),
        if_short=words,
        if_over=words,
        next_step=words,
        earmarked=earmarked,
    )


def progresses(goal: Money) -> tuple[CampaignProgress, ...]:
    """Return one progress for each phase."""
    shares = ((0, 0), (20, 0), (20, 1), (20, 212), (61, 212), (97, 212), (100, 212), (140, 212))
    return tuple(
        CampaignProgress(
            raised=Money(goal.minor * share // 100, goal.currency),
            goal=goal,
            donors=donors,
            outside=Money(goal.minor * share // 400, goal.currency),
        )
        for share, donors in shares
    )


def fixtures() -> tuple[Fixture, ...]:
    """Return ordinary, huge and hostile values."""
    plain = campaign("La Tablée", "Deux lignes.\nEn tout.")
    huge = campaign("M" * 80, "long " * 59, code="jpy", goal=99_999_999_999_999, earmarked=True)
    hostile = campaign(HOSTILE, HOSTILE + "\n" + HOSTILE)
    number = "12345 6789 RR0001"
    return (
        Fixture(
            name="plain",
            charity=Charity(name="Les Cuisines", contact="aide@cuisines.example"),
            campaign=plain,
            money=Money(750, "cad"),
            progresses=progresses(plain.goal),
        ),
        Fixture(
            name="huge",
            charity=Charity(name="N" * 200, contact="c" * 200, registration=number, privacy_officer="O" * 200),
            campaign=huge,
            money=Money(99_999_999_999_999, "jpy"),
            progresses=progresses(huge.goal),
        ),
        Fixture(
            name="hostile",
            charity=Charity(name=HOSTILE, contact=HOSTILE, registration=HOSTILE),
            campaign=hostile,
            money=Money(1, "usd"),
            progresses=progresses(hostile.goal),
        ),
    )


def renders(fixture: Fixture) -> Iterator[tuple[str, Render]]:
    """Yield every message function with every branch that changes the text."""
    yield from _giving(fixture)
    yield from _gifts(fixture)
    yield from _person(fixture)
    yield from nudges(fixture, TAP, DAY)
    yield from monthly(fixture, TAP, DAY)
    yield from confirming(fixture, TAP)
    yield from inbox(fixture, TAP)
    yield from broadcast(fixture, TAP)
    yield from inviting(fixture, TAP)
    yield from saved_cards(fixture, TAP)


def _of(function: Callable[..., Card], *view: object, **parts: object) -> Render:
    return lambda catalog, locale: function(catalog, locale, *view, **parts)


def _both(view: give.CampaignCardView) -> Render:
    return lambda catalog, _: give.bilingual_campaign_card(catalog, view)


def _card(text: str) -> Card:
    return Card(title="a text", lines=(text,))


def _giving(fixture: Fixture) -> Iterator[tuple[str, Render]]:
    c, charity = fixture.campaign, fixture.charity
    picture = Picture(name="p.png", png=b"", alt="p", key="k")
    choices = tuple(Choice(money=Money(minor, c.currency), tap=Tap(action=f"g:{minor}")) for minor in c.amounts)
    five = (*choices, Choice(money=fixture.money, tap=URL))
    options = (give.CampaignOption(campaign=c, tap=TAP),)
    yield "paused", lambda catalog, locale: rests.paused(catalog, locale, c, TAP)
    for progress in fixture.progresses:
        said = rests.MilestoneView(campaign=c, milestone=None, progress=progress)
        yield "milestone", lambda catalog, locale, said=said: _card(rests.milestone_text(catalog, locale, said))
    for known in (True, False):
        yield "welcome", _of(give.welcome, charity=charity, known=known, give=TAP, preferences=TAP)
    for progress in fixture.progresses:
        for ended in (True, False):
            card = give.CampaignCardView(
                campaign=c,
                progress=progress,
                choices=() if ended else five,
                picture=picture,
                other=TAP,
                monthly=TAP,
                share=URL,
                ends_on=DAY,
                extended=progress.donors == 1,
                match=give.MatchLine(sponsor={"fr": "la Caisse", "en": "the Credit Union"}, left=fixture.money),
                just_given=progress.donors > 1,
                ended=ended,
                paused=not ended and progress.percent > 100,
                next_step=URL,
            )
            yield "campaign_card", _of(give.campaign_card, card)
            yield "campaign_card_both", _both(card)
    for money in (None, fixture.money):
        yield "choose_campaign", _of(give.choose_campaign, options=options, money=money)
    yield (
        "confirm_amount",
        _of(give.confirm_amount, give.ConfirmAmountView(campaign=c, choice=five[-1], cover=TAP)),
    )
    asked = give.AskAmountView(campaign=c, choices=five, minimum=fixture.money)
    for most in (None, fixture.money):
        yield "ask_amount", _of(give.ask_amount, replace(asked, most=most))
    yield "amount_form", lambda catalog, locale: Card(title="-", lines=give.amount_form(catalog, locale))
    covered = give.CoverView(money=fixture.money, fee=fixture.money, choice=five[0], without=TAP)
    yield "cover", _of(give.cover, covered)
    for problem in get_args(give.AmountProblem):
        wrong = give.AmountProblemView(
            problem=problem, choices=choices[:2], own=fixture.money, other=TAP, contact=charity.contact
        )
        yield f"amount_{problem}", _of(give.amount_problem, wrong)
    for day in (None, DAY):
        yield "campaign_closed", _of(give.campaign_closed, campaign=c, ended_on=day, open_campaign=TAP)
    for some in ((), options):
        yield "campaign_unknown", _of(give.campaign_unknown, options=some)
    yield "nothing_open", _of(give.nothing_open, preferences=TAP)


def _gifts(fixture: Fixture) -> Iterator[tuple[str, Render]]:
    c, charity, money = fixture.campaign, fixture.charity, fixture.money
    for progress in (None, *fixture.progresses):
        for kind in get_args(gift.NextKind):
            t = gift.ThanksView(
                charity=charity,
                campaign=c,
                money=money,
                progress=progress,
                statement="OBOLE* TABLEE",
                paid_on=DAY if kind == "again" else None,
                late=kind != "share",
                ended_on=DAY if kind == "again" else None,
                error=TAP,
                next_steps=_steps(fixture, kind),
                sponsor="" if kind == "share" else charity.name,
                matched={"share": None, "gifts": money, "again": Money(1, money.currency)}.get(
                    kind, Money(0, money.currency)
                ),
            )
            yield "thanks", _of(gift.thanks, t)
    for is_first, is_last in ((True, False), (False, False), (False, True)):
        for next_on in (None, DAY):
            monthly_too = gift.MonthlyThanks(is_first=is_first, is_last=is_last, next_on=next_on, show=TAP)
            yield "thanks_monthly", _of(gift.thanks, replace(t, monthly=monthly_too, paid_on=next_on))
    case = gift.ErrorCaseView(
        campaign=c, money=money, paid_on=DAY, wrong_amount=TAP, paid_twice=TAP, wasnt_me=TAP, child=TAP, back=TAP
    )
    yield "error_case", _of(gift.error_case, case)
    for kind in get_args(gift.MistakeKind):
        yield "error_kept", _of(gift.error_kept, charity=charity, case=1234, kind=kind)
    for part in (money, Money(1, "cad")):
        yield "refund_notice", _of(gift.refund_notice, charity=charity, campaign=c, money=money, refunded=part)
    yield "refund_failed", lambda catalog, locale: back.refund_failed(catalog, locale, charity, c, money)
    failed = _of(back.refund_failed, charity, c, money)
    yield "dated", lambda catalog, locale: back.dated(catalog, locale, failed(catalog, locale), DAY)
    yield "double", _of(back.duplicate, campaign=c, money=money, back=TAP, keep=TAP)
    yield "double_kept", back.duplicate_kept
    yield "double_back", lambda catalog, locale: back.duplicate_refunded(catalog, locale, money)
    yield "double_refused", lambda catalog, locale: back.duplicate_refused(catalog, locale, money, charity)
    for whose in (None, TAP):
        yield "pending", _of(gift.payment_pending, campaign=c, money=money, confirm=whose)
    yield "failed", _of(gift.payment_failed, campaign=c, money=money, retry=TAP)
    for lines, more in (((), 0), (_gift_lines(fixture), 0), (_gift_lines(fixture) * 3, 1)):
        mine = gift_list.MyGiftsView(
            charity=charity,
            gifts=lines,
            year=2026,
            year_totals=(money, Money(1, "eur")),
            more=more,
            confirm=TAP,
            again=gift_list.AgainView(money=money, campaign=c, tap=TAP) if more else None,
            give=URL,
        )
        yield "my_gifts", _of(gift_list.my_gifts, mine)
    claim = gift.ClaimView(campaign=c, money=money, paid_on=DAY, mine=TAP, not_mine=TAP, last_step=True)
    yield "claim_ask", _of(gift.claim_ask, claim)
    yield "claim_ask_monthly", _of(gift.claim_ask, replace(claim, monthly=True))
    yield "claim_done_monthly", _of(gift.claim_done, money=money, monthly=monthly_too)
    yield "claim_wait", lambda catalog, locale: gift.claim_wait(catalog, locale, TAP)
    yield "claimed_elsewhere", _of(gift.claimed_elsewhere, gift.ClaimRefusedView(charity=charity))
    yield (
        "claim_done",
        _of(gift.claim_done, money=money, next_steps=_steps(fixture, "tell")),
    )
    yield "claim_refused", _of(gift.claim_refused, gift.ClaimRefusedView(charity=charity))
    for tap in (None, TAP):
        yield "wasnt_me", _of(gift.wasnt_me, charity=charity, campaign=c, money=money, paid_on=DAY, confirm=tap)


def _steps(fixture: Fixture, kind: gift.NextKind) -> tuple[gift.NextStep, ...]:
    same = kind == "again"
    step = gift.NextStep(
        kind=kind, tap=URL, money=fixture.money if same else None, campaign=fixture.campaign if same else None
    )
    return (step,) if kind == "monthly" else (step, gift.NextStep(kind="monthly", tap=TAP))


def _gift_lines(fixture: Fixture) -> tuple[gift_list.GiftLine, ...]:
    return tuple(
        gift_list.GiftLine(
            on=DAY,
            campaign_name=fixture.campaign.name.fr,
            money=fixture.money,
            state=state,
            refunded=Money(1, "usd"),
            receipt_url="https://receipt.example/1",
        )
        for state in get_args(gift_list.GiftState)
    )


def _person(fixture: Fixture) -> Iterator[tuple[str, Render]]:
    charity = fixture.charity
    for agreed in (True, False):
        zone = "America/Toronto" if agreed else ""
        agreed_to = dict.fromkeys(person.PREFERENCES, agreed)
        p = person.PreferencesView(charity=charity, agreed=agreed_to, saved=agreed, zone=zone, write_first=agreed)
        yield "preferences", _of(person.preferences, p)
    yield "ask_zone", person.ask_zone
    yield "stop", _of(person.stop_done, charity=charity, preferences=TAP, undo=TAP, monthly=TAP)
    for page in (TAP, None):
        yield "stop_unconfirmed", _of(person.stop_done, charity=charity, preferences=TAP, unconfirmed=True, stripe=page)
        going_on = person.ForgetView(charity=charity, monthly=False, goes_on=True, stripe=page, sure=TAP, keep=TAP)
        yield "forget_unconfirmed", _of(person.forget_ask, going_on)
    for kept in (True, False):
        yield "privacy", _of(person.privacy, charity=charity, saved_cards=kept)
    yield "card_number", person.card_number
    for verb in ("mydata", "stop"):
        yield "in_private", _of(person.in_private, verb=verb)
    yield "my_data_in_dm", own.in_dm
    yield "my_data_nothing", own.nothing
    for by_link in (True, False):
        yield "my_data_ask", _of(own.ask, by_link=by_link, sure=TAP, cancel=Tap(action="mydata:cancel"))
        yield "my_data_again", _of(own.again, by_link=by_link)
    yield "my_data_cancelled", own.cancelled
    yield "my_data_on_its_way", own.on_its_way
    yield "my_data_failed", own.failed
    yield "my_data_summary", lambda catalog, locale: own.summary(catalog, locale, *COPIED)
    file = File(name="mydata.zip", content=b"PK")
    yield "my_data_file", lambda catalog, locale: own.file(catalog, locale, file)
    yield "my_data_link", lambda catalog, locale: own.link(catalog, locale, URL)
    for ends in (True, False):
        asked = person.ForgetView(charity=charity, monthly=ends, sure=TAP, keep=TAP)
        yield "forget_ask", _of(person.forget_ask, asked)
    yield "forget_later", lambda catalog, locale: person.forget_later(catalog, locale, TAP)
    yield "forgotten", person.forgotten
    yield "help", _of(person.help_card, charity=charity, give=TAP)
    answer = person.ReplyView(charity=charity, give=TAP)
    for function in (person.unknown_command, person.something_wrong):
        yield function.__name__, _of(function, answer)
