"""Every message renders in both languages with ordinary, huge and hostile values, and every sentence is used."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from content.cards import Card, Tap
from content.catalog import LOCALES, Arg, Catalog, Locale, source
from content.commands import COMMANDS, STAFF_COMMANDS
from content.messages import gifts, gifts_list, supporters
from content.messages.giving import (
    AmountProblemView,
    CampaignCardView,
    amount_problem,
    bilingual_campaign_card,
    campaign_card,
    share_text,
)
from content.messages.web import inactive_text, link_texts, own_link_thanks, paused_text
from content.writer import CampaignProgress, Charity, Choice
from payments.money import Money
from tests.content import fixtures

FIXTURES = fixtures.fixtures()
PLAIN = FIXTURES[0]
# Said by the adapters, the pictures, the pages and the demo themselves, where the key stands in the source.
ELSEWHERE = (
    "staff-",
    "overview-",
    "board-",
    "statement-",
    "sheet-",
    "digest-",
    "picture-",
    "page-",
    "web-",
    "option-",
    "command-",
)
# Put together, with tests of their own: the demo's, and test_my_data_page.py for the page with a person's data.
TESTED = ("demo-", "mydata-column-", "mydata-value-")
QUOTED = {
    word
    for room in ("bot", "content")
    for path in sorted((Path(__file__).parents[2] / room).rglob("*"))
    if path.suffix in (".py", ".html")
    for word in re.findall(r"(?<=[\"'])[\w-]+(?=[\"'])", path.read_text(encoding="utf-8"))
}


class _Listening(Catalog):
    asked: set[str]

    def text(self, locale: Locale, key: str, /, **args: Arg) -> str:
        self.asked.add(key)
        return super().text(locale, key, **args)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_every_message_renders(catalog: Catalog, fixture: fixtures.Fixture, locale: Locale) -> None:
    for name, render in fixtures.renders(fixture):
        card = render(catalog, locale)
        assert card.title and (card.lines or card.body), name
        _check(card, name, short=fixture is PLAIN)


def _check(card: Card, name: str, short: bool) -> None:
    for text in (card.title, *card.lines, card.note):
        assert "???" not in text and "None" not in text, (name, text)
    for row in card.rows:
        assert 1 <= len(row) <= 5, name
    for button in card.buttons:
        assert len(button.label) <= 80, (name, button.label)
        assert not short or " / " in button.label or len(button.label) <= 30, (name, button.label)


def test_every_sentence_is_used() -> None:
    listening = _Listening({locale: source(locale) for locale in LOCALES})
    listening.asked = set()
    for locale in LOCALES:
        for fixture in FIXTURES:
            for _, render in fixtures.renders(fixture):
                render(listening, locale)
        share_text(listening, locale, PLAIN.campaign)
    inactive_text(listening, PLAIN.campaign)
    for locale in LOCALES:
        link_texts(listening, PLAIN.campaign, locale)
    own_link_thanks(listening, "fr", "K7QF-2M9X")
    gifts.seen_before(listening, "fr", Card())
    paused_text(listening, PLAIN.campaign)
    composed = {command.description_key for command in (*COMMANDS, *STAFF_COMMANDS)}
    composed |= {
        "option-amount-name",
        "option-campaign-name",
        "option-code-name",
        *(f"option-staff-{name}-name" for name in ("code", "role", "may")),
        *(f"option-{name}-name" for name in ("words", "inviter", "link-code", "offline")),
    }
    unused = {key for key in listening.keys("fr") - listening.asked - composed if not key.startswith(TESTED)}
    assert {key for key in unused if not key.startswith(ELSEWHERE)} == set()
    assert unused - QUOTED == set()


def _card(progress: CampaignProgress, **changes: object) -> CampaignCardView:
    choices = tuple(Choice(money=Money(m, "cad"), tap=Tap(action=f"g:{m}")) for m in PLAIN.campaign.amounts)
    view = CampaignCardView(campaign=PLAIN.campaign, progress=progress, choices=choices)
    return replace(view, **changes)  # type: ignore[arg-type]  # the test's own fields


def _text(card: Card) -> str:
    return "\n".join((card.title, *card.lines, card.note)).replace("\u00a0", " ")


def test_progress_is_shown_from_half_of_the_goal_on(catalog: Catalog) -> None:
    start, half, near = (
        _text(
            campaign_card(
                catalog, "fr", _card(CampaignProgress(raised=Money(m, "cad"), goal=PLAIN.campaign.goal, donors=9))
            )
        )
        for m in (240_000, 740_000, 1_159_000)
    )
    assert "9 personnes ont déjà donné" in start and "2 400" not in start and "%" not in start
    assert "7 400 $ sur 12 000 $ : 61 % de l’objectif" in half
    assert "Il ne manque que 410 $" in near and "personnes" not in near


@pytest.mark.parametrize(
    ("raised", "outside", "said"),
    [
        (240_000, 64_000, ""),  # no total is shown
        (740_000, 0, ""),
        (740_000, 64_000, "61 % de l’objectif. Dont 640 $ hors d’Obole."),
        (1_159_000, 64_000, "11 590 $ à ce jour, dont 640 $ hors d’Obole."),
        (1_300_000, 64_000, "13 000 $ à ce jour. Dont 640 $ hors d’Obole."),
    ],
)
def test_card_says_how_much_of_a_shown_total_came_from_elsewhere(
    catalog: Catalog, raised: int, outside: int, said: str
) -> None:
    progress = CampaignProgress(
        raised=Money(raised, "cad"), goal=PLAIN.campaign.goal, donors=9, outside=Money(outside, "cad")
    )
    card = _text(campaign_card(catalog, "fr", _card(progress)))
    assert said in card and ("hors d’Obole" in card) == bool(said)
    ended = _text(campaign_card(catalog, "fr", _card(progress, ended=True)))
    assert ("Dont 640 $ hors d’Obole." in ended) == bool(outside), "an ended campaign always shows its total"


def test_what_a_gift_does_is_an_example_unless_earmarked(catalog: Catalog) -> None:
    progress = PLAIN.progresses[0]
    assert "5 $ = par exemple un repas" in _text(campaign_card(catalog, "fr", _card(progress)))
    tied = PLAIN.campaign.model_copy(update={"earmarked": True})
    assert "5 $ = un repas" in _text(campaign_card(catalog, "fr", _card(progress, campaign=tied)))


def test_ended_card_has_no_amounts_and_says_what_happens(catalog: Catalog) -> None:
    card = campaign_card(catalog, "en", _card(PLAIN.progresses[4], ended=True))
    assert not card.buttons and "has ended" in _text(card)


def test_card_in_both_languages_has_one_set_of_amounts(catalog: Catalog) -> None:
    card = bilingual_campaign_card(catalog, _card(PLAIN.progresses[4], other=fixtures.TAP))
    assert [b.label.replace("\u00a0", " ") for b in card.buttons] == [
        "3 $", "5 $", "10 $", "25 $", "Autre montant / Other amount",
    ]  # fmt: skip
    assert "of the goal" in _text(card) and "de l’objectif" in _text(card)


def _thanks(charity: Charity, **changes: object) -> gifts.ThanksView:
    view = gifts.ThanksView(
        charity=charity, campaign=PLAIN.campaign, money=Money(500, "cad"), progress=PLAIN.progresses[4]
    )
    return replace(view, **changes)  # type: ignore[arg-type]  # the test's own fields


def test_thanks_state_the_truth_about_receipts(catalog: Catalog) -> None:
    for number in (None, "12345 RR0001"):
        charity = replace(PLAIN.charity, registration=number)
        for locale, words in (("fr", "n’est pas un reçu officiel"), ("en", "not an official donation receipt")):
            assert words in gifts.thanks(catalog, locale, _thanks(charity)).note  # type: ignore[arg-type]


def test_late_thanks_name_the_day(catalog: Catalog) -> None:
    late = gifts.thanks(catalog, "fr", _thanks(PLAIN.charity, paid_on=fixtures.DAY, ended_on=fixtures.DAY))
    assert "du 1er décembre 2026" in _text(late)
    assert "s’était terminée le 1er décembre 2026" in _text(late)
    undated = gifts.thanks(catalog, "fr", _thanks(PLAIN.charity, late=True))
    assert "était terminée" in _text(undated)


def test_gifts_name_their_currency_only_if_there_are_several(catalog: Catalog) -> None:
    line = gifts_list.GiftLine(
        on=fixtures.DAY, campaign_name="X", money=Money(500, "cad"), state="partly_refunded", refunded=Money(200, "cad")
    )
    view = gifts_list.MyGiftsView(charity=PLAIN.charity, gifts=(line,), year=2026, year_totals=(Money(300, "cad"),))
    assert "1er décembre 2026 : 5 $, X (remboursé en partie, 2 $)" in _text(gifts_list.my_gifts(catalog, "fr", view))
    several = replace(view, year_totals=(Money(300, "cad"), Money(700, "usd")))
    assert "Total for 2026: CA$3, US$7" in _text(gifts_list.my_gifts(catalog, "en", several))


def test_preference_buttons_toggle(catalog: Catalog) -> None:
    view = supporters.PreferencesView(charity=PLAIN.charity, agreed={"news": True})
    card = supporters.preferences(catalog, "fr", view)
    assert [button.action for button in card.buttons] == [
        "pref:news:off", "pref:reminders:on", "pref:personal_amounts:on", "pref:being_named:on", "lang:en",
    ]  # fmt: skip
    wording = supporters.preference_wording(catalog, "fr", "news", PLAIN.charity)
    assert any(line.startswith(wording) for line in card.lines)


def test_stripe_texts_are_within_limits(catalog: Catalog) -> None:
    for fixture in FIXTURES:
        assert len(inactive_text(catalog, fixture.campaign)) <= 500
        for locale in LOCALES:
            texts = link_texts(catalog, fixture.campaign, locale)
            assert texts.product_name == fixture.campaign.name.get(locale)
            assert len(texts.product_name) <= 250 and len(texts.thanks) <= 500
            assert 0 < len(texts.identity_reason) <= 1200


def test_command_descriptions_fit_both_platforms(catalog: Catalog) -> None:
    for command in COMMANDS:
        for locale in LOCALES:
            assert 3 <= len(catalog.text(locale, command.description_key)) <= 100


@pytest.mark.parametrize("locale", LOCALES)
def test_help_lists_commands_and_return_page_names_the_claim_command(catalog: Catalog, locale: Locale) -> None:
    card = supporters.help_card(catalog, locale, charity=PLAIN.charity)
    typed = [line.split()[0].rstrip(":").strip("\u00a0") for line in card.lines[0].splitlines()]
    assert typed == [f"/{command.name(locale)}" for command in COMMANDS if command.helped]
    claim = next(command for command in COMMANDS if command.verb == "claim")
    assert catalog.text(locale, "web-claim-command", code="x") == f"/{claim.name(locale)} x"


@pytest.mark.parametrize("locale", LOCALES)
def test_stop_says_what_stops_and_what_is_still_sent(catalog: Catalog, locale: Locale) -> None:
    card = supporters.stop_done(catalog, locale, charity=PLAIN.charity)
    assert len(card.lines) == 1 and len(re.findall(r"[.!?]", card.lines[0])) == 1


def test_thanks_state_the_new_total_and_one_next_step(catalog: Catalog) -> None:
    step = gifts.NextStep(kind="share", tap=fixtures.URL)
    for progress in PLAIN.progresses:
        if progress.raised.minor:
            card = gifts.thanks(catalog, "fr", _thanks(PLAIN.charity, progress=progress, next_steps=(step,)))
            assert catalog.money("fr", progress.raised) in " ".join(card.lines)
            assert len(card.buttons) == 1


def test_reply_to_another_currency_names_the_campaigns_own(catalog: Catalog) -> None:
    view = AmountProblemView(problem="other_currency", choices=(), own=Money(50, "cad"))
    assert "en dollars canadiens." in _text(amount_problem(catalog, "fr", view))
    assert "in Canadian dollars." in _text(amount_problem(catalog, "en", view))


RETURNS = ("refund-offline", "refund-sure", "refund-failed-todo", "case-refund-failed", "offline-sure")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", RETURNS)
def test_money_goes_back_neither_by_cheque_nor_to_another_card(locale: Locale, key: str) -> None:
    text = Catalog.load().text(locale, f"staff-{key}", amount=Money(500, "cad"))
    ways = {"fr": "jamais par chèque ni sur une autre carte", "en": r"[Nn]ever( \w+ it)? by cheque or to another card"}
    assert re.search(ways[locale], text)
