"""The board page: its figures are those of the overview, on one page, in every state and both languages."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from content.campaign import Campaign, ShortWords
from content.catalog import LOCALES, Catalog, Locale
from content.messages import board
from content.messages import overview as words
from content.messages.overview import Overview
from content.pdf import draw, draw_pages
from content.sheet import Section, Sheet, from_json, to_json
from content.writer import Writer
from tests.content.fixtures import fixtures
from tests.content.test_overview import giving, states

_AT = datetime(2026, 12, 1, 15, 12, tzinfo=UTC)
_HOSTILE = '#panic("x") *a* $b$ <script> _c_ [d] \\ "e" \u202e\U0001f600 @f'


def sheet(catalog: Catalog, locale: Locale, view: Overview, charity: str = "Les Cuisines") -> Sheet:
    return board.sheet(catalog, locale, charity, view, _AT)


def widest(campaign: Campaign) -> Overview:
    """Return as many figures as a page can have, with names as long as they are shown."""
    all_states = states(campaign)
    named = campaign.model_copy(update={"name": ShortWords.model_construct(fr="Wagon Mécanique " * 20, en="W" * 400)})
    three = all_states["three"].giving
    return replace(
        all_states["many"],
        giving=three,
        before=three,
        last_year=three,
        campaigns=tuple(replace(each, campaign=named) for each in all_states["many"].campaigns),
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_fits_one_page(catalog: Catalog, locale: Locale) -> None:
    for fixture in fixtures():
        for state, view in (states(fixture.campaign) | {"widest": widest(fixture.campaign)}).items():
            assert len(draw_pages(sheet(catalog, locale, view), ppi=20)) == 1, state


@pytest.mark.parametrize("locale", LOCALES)
def test_page_is_drawn_as_an_accessible_pdf_whatever_the_names(catalog: Catalog, locale: Locale) -> None:
    page = sheet(catalog, locale, states(fixtures()[0].campaign)["many"], charity=_HOSTILE)
    assert draw(page).startswith(b"%PDF-") and draw(page) == draw(page)


@pytest.mark.parametrize("locale", LOCALES)
def test_stored_page_is_the_page(catalog: Catalog, locale: Locale) -> None:
    for view in states(fixtures()[0].campaign).values():
        page = sheet(catalog, locale, view)
        assert from_json(json.loads(json.dumps(to_json(page)))) == page


def sections(page: Sheet) -> dict[str, Section]:
    return {section.title: section for section in page.sections}


def test_figures_are_those_of_the_overview(catalog: Catalog) -> None:
    view = states(fixtures()[0].campaign)["many"]
    page = sheet(catalog, "en", view)
    said = sections(page)
    assert (page.number, page.about) == ("$12,345,678.90", ("71,256 gifts. Outside Obole: $987,654.32.",))
    facts = {fact.label: (fact.number, *fact.lines) for fact in page.sections[0].facts}
    assert facts == {
        "Donors": ("51,256", "12,345 new, 38,911 returning", "Period before: 51,000."),
        "Frequency": ("1.0", "Gifts per donor", "30% gave again within 90 days (between 25 and 37%)."),
        "Amount": ("$173.25", "Average gift", "Median gift: $173.25"),
        "Through friends": (
            *("12,345", "People who came through an invite", "1,234 gave"),
            "$43,825 in 8,765 gifts through an invite.",
        ),
    }
    table = said["Comparison"].table
    assert table is not None and table.rows[0] == ("Donors", "51,256", "51,000", "51,000")
    assert table.rows[-1] == ("Total", *["$12,345,678.90"] * 3)
    bars = said["Open campaigns, since each began"].bars
    assert {(bar.amount, bar.percent) for bar in bars} == {("$7,412.50 of $12,000", 61)}
    assert "\n".join(said["From Stripe to the bank"].text) == words.banks(Writer(catalog, "en"), view.bank)


def test_currencies_are_never_added(catalog: Catalog) -> None:
    view = states(fixtures()[0].campaign)["three"]
    page = sheet(catalog, "en", view)
    assert page.number == "CA$12,345,678.90 + US$123,456 + €90"
    table = sections(page)["Comparison"].table
    assert table is not None and table.sums == 3
    assert table.rows[-2:] == (("Total in US dollars", "$123,456", "–", "–"), ("Total in euros", "€90", "–", "–"))


def test_period_without_gifts_claims_nothing(catalog: Catalog) -> None:
    page = sheet(catalog, "fr", states(fixtures()[0].campaign)["none"])
    assert page.number == "Aucun don" and not page.about
    assert page.sections == ()


def test_one_gift_has_neither_average_nor_interval(catalog: Catalog) -> None:
    page = sheet(catalog, "en", states(fixtures()[0].campaign)["one"])
    facts = {fact.label: fact.lines for fact in page.sections[0].facts}
    assert facts["Amount"] == ("A single gift",) and facts["Frequency"] == ("Gifts per donor",)
    unknown = sections(page)["What these figures do not say"].text
    assert unknown == (
        "Too early to tell who gives again: it takes 90 days after a first gift.",
        "Nothing to compare with yet: gifts began during this period or the one before.",
    )


@pytest.mark.parametrize(
    ("gifts", "known", "said"),
    [
        (3, 3, ()),
        (3, 2, ("1 gift counts in the amounts but not among the donors: nobody knows whose it is.",)),
        (5, 0, ("5 gifts count in the amounts but not among the donors: nobody knows whose they are.",)),
    ],
)
def test_gifts_of_nobody_known_are_named(catalog: Catalog, gifts: int, known: int, said: tuple[str, ...]) -> None:
    view = states(fixtures()[0].campaign)["many"]
    each = replace(view.giving.amounts[0], gifts=gifts)
    shown = replace(giving(each, donors=known), known_gifts=known)
    page = sheet(catalog, "en", replace(view, giving=shown))
    assert [line for line in sections(page)["What these figures do not say"].text if "amounts" in line] == [*said]


def test_donors_since_the_start_are_neither_new_nor_returning(catalog: Catalog) -> None:
    donors = sheet(catalog, "en", states(fixtures()[0].campaign)["all"]).sections[0].facts[0]
    assert (donors.number, donors.lines) == ("51,256", ())
