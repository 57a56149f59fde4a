"""The overview's lines fit a picture's caption in every state, and its picture is drawn in every state."""

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from content.campaign import Campaign
from content.catalog import LOCALES, Catalog, Locale
from content.messages import overview as words
from content.messages import reports
from content.messages.overview import Amounts, Bank, CampaignFigures, Friends, GaveAgain, Giving, Overview, ToDo
from content.pictures.overview import overview_picture
from content.pictures.progress import SIZE
from payments.money import Money
from tests.content.fixtures import fixtures

MAX_CAPTION = 1024  # Telegram's
_FEWEST = GaveAgain(donors=0, again=0)


def amounts(code: str, gifts: int, minor: int, *, outside: int = 0, invited: int = 0) -> Amounts:
    return Amounts(
        gifts=gifts,
        total=Money(minor, code),
        average=Money(minor // gifts, code),
        median=Money(minor // gifts, code),
        outside=Money(outside, code),
        by_invite=(invited, Money(500 * invited, code)),
    )


def giving(*each: Amounts, donors: int = 0, new: int = 0) -> Giving:
    days = {"first": date(2026, 11, 2), "last": date(2026, 12, 1)}
    return Giving(**days, donors=donors, new=new, known_gifts=donors, amounts=each)


def bank(code: str) -> Bank:
    """Return large payouts in one currency."""
    money = Money(98_765_432, code)
    return Bank(last=money, last_on=date(2026, 11, 24), gifts=31, coming=money, coming_on=date(2026, 12, 2))


def states(campaign: Campaign) -> dict[str, Overview]:
    """Return the overview of nothing, one gift, many, three currencies, and one campaign from the start."""
    goal = Money(1_200_000, campaign.currency)
    figures = CampaignFigures(
        campaign=campaign, raised=Money(741_250, goal.currency), goal=goal, outside=Money(0, goal.currency), days_left=1
    )
    none = Overview(
        day=date(2026, 12, 1),
        todo=ToDo(),
        campaigns=(),
        week=giving(),
        week_before=giving(),
        giving=giving(),
        friends=Friends(came=0, gave=0),
        again=_FEWEST,
    )
    one = giving(amounts("cad", 1, 2000), donors=1, new=1)
    much = amounts("cad", 71_256, 1_234_567_890, outside=98_765_432, invited=8_765)
    many = replace(
        none,
        todo=ToDo(messages=212, reports=31, disputes=12, due_on=date(2026, 12, 12), approvals=11),
        campaigns=(replace(figures, outside=Money(98_765_432, goal.currency), days_left=120),) * 5,
        week=giving(much, donors=21_256, new=3_456),
        week_before=giving(much, donors=21_256),
        giving=giving(much, donors=51_256, new=12_345),
        friends=Friends(came=12_345, gave=1_234),
        again=GaveAgain(donors=230, again=70, percent=30, low=25, high=37),
        bank=(bank("cad"), bank("usd"), bank("eur")),
        before=giving(much, donors=51_000),
        last_year=giving(much, donors=51_000),
    )
    three = giving(much, amounts("usd", 4_000, 12_345_600), amounts("eur", 3, 9000), donors=51_256, new=12_345)
    return {
        "none": none,
        "one": replace(none, campaigns=(figures,), giving=one, week=one),
        "many": many,
        "three": replace(many, giving=three, campaign=campaign, campaigns=many.campaigns[:1]),
        "all": replace(many, giving=replace(three, first=None), before=None, last_year=None),
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_lines_fit_the_caption_of_a_picture(catalog: Catalog, locale: Locale) -> None:
    for fixture in fixtures():
        for state, view in states(fixture.campaign).items():
            card = reports.figures(catalog, locale, view)
            text = "\n\n".join((card.title, *card.lines, card.note))
            assert len(text.encode("utf-16-le")) // 2 <= MAX_CAPTION, (state, text)


@pytest.mark.parametrize("locale", LOCALES)
def test_picture_is_drawn_in_every_state(catalog: Catalog, locale: Locale) -> None:
    keys = set()
    for fixture in fixtures():
        for view in states(fixture.campaign).values():
            picture = overview_picture(catalog, locale, fixture.charity.name, view)
            assert Image.open(io.BytesIO(picture.png)).size == SIZE and picture.alt
            assert picture == overview_picture(catalog, locale, fixture.charity.name, view)
            keys.add(picture.key)
    assert len(keys) > 5


def test_one_gift_has_neither_average_nor_interval(catalog: Catalog) -> None:
    said = "\n".join(words.lines(catalog, "en", states(fixtures()[0].campaign)["one"]))
    assert "Average" not in said and "between" not in said
    assert "Too early to tell who gives again" in said


def test_currencies_are_named_and_never_added(catalog: Catalog) -> None:
    said = "\n".join(words.lines(catalog, "en", states(fixtures()[0].campaign)["three"]))
    assert "CA$12,345,678.90" in said and "US$123,456" in said and "€90" in said
