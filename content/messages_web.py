"""Texts around the chat: web pages after a payment, the payment page itself, Discord's own, bot profiles."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Card, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.messages_gift import receipt_sentence
from content.writer import Charity, Writer, kept, row
from payments.money import Money

MAX_STRIPE_TEXT = 500  # characters of a message on the payment page


@dataclass(frozen=True, kw_only=True)
class ThanksPageView:
    """`money` and `campaign` are None where the payment could not be looked up: then nothing is claimed."""

    charity: Charity
    status: Literal["paid", "pending", "unknown"]
    campaign: Campaign | None = None
    money: Money | None = None
    ended_on: date | None = None  # the campaign had ended
    chat: Tap | None = None  # back to where they came from
    claim: Tap | None = None  # an anonymous gift, once
    wasnt_me: Tap | None = None


def thanks_page(catalog: Catalog, locale: Locale, view: ThanksPageView) -> Card:
    """The page a payer returns to."""
    say = Writer(catalog, locale)
    known = view.money is not None and view.campaign is not None and view.status != "unknown"
    return Card(
        title=say(f"page-{view.status}-title"),
        lines=_thanks_page_lines(say, view) if known else (say("page-unknown"),),
        note=receipt_sentence(say, view.charity),
        rows=row(say.button("page-back", view.chat, "primary"))
        + row(say.button("page-claim", view.claim, "plain" if view.chat else "primary"))
        + row(say.button("error-wasnt-me", view.wasnt_me)),
    )


def _thanks_page_lines(say: Writer, view: ThanksPageView) -> tuple[str, ...]:
    assert view.money is not None and view.campaign is not None
    name = view.campaign.name.get(say.locale)
    return kept(
        say(f"page-{view.status}", amount=view.money, campaign=name),
        say("thanks-after-end", day=view.ended_on) if view.ended_on else "",
        say.does(view.campaign, view.money) if view.status == "paid" else "",
        say("page-claim-line") if view.claim else "",
    )


@dataclass(frozen=True, kw_only=True)
class PageView:
    """For the small pages: `tap` is the one thing to do there."""

    charity: Charity
    campaign: Campaign | None = None
    tap: Tap | None = None


def wasnt_me_page(catalog: Catalog, locale: Locale, view: PageView) -> Card:
    """Asks before the gift is taken off the account whose link was used."""
    say = Writer(catalog, locale)
    return Card(
        title=say("page-wasnt-me-title"),
        lines=(say("page-wasnt-me"),),
        rows=row(say.button("wasnt-me-confirm", view.tap, "danger")),
    )


def wasnt_me_done_page(catalog: Catalog, locale: Locale, view: PageView) -> Card:
    """It is done, and whom to write to if the card was misused."""
    say = Writer(catalog, locale)
    return Card(
        title=say("page-wasnt-me-done-title"),
        lines=(say("page-wasnt-me-done"), say("wasnt-me-card", contact=view.charity.contact)),
    )


def link_off_page(catalog: Catalog, locale: Locale, view: PageView) -> Card:
    """A link of ours that no longer leads to a payment."""
    say = Writer(catalog, locale)
    campaign = view.campaign
    step = campaign.next_step.get(locale) if campaign and campaign.next_step else ""
    line = say("page-link-off-campaign", campaign=campaign.name.get(locale)) if campaign else say("page-link-off")
    return Card(
        title=say("page-link-off-title"),
        lines=kept(line, step),
        note=say("questions", contact=view.charity.contact),
        rows=row(say.button("page-back", view.tap, "primary")),
    )


def not_found_page(catalog: Catalog, locale: Locale, view: PageView) -> Card:
    """No such page."""
    say = Writer(catalog, locale)
    return Card(
        title=say("page-not-found-title"),
        lines=(say("page-not-found"),),
        rows=row(say.button("page-back", view.tap, "primary")),
    )


def error_page(catalog: Catalog, locale: Locale, view: PageView) -> Card:
    """We failed; nothing is lost."""
    say = Writer(catalog, locale)
    return Card(
        title=say("wrong-title"),
        lines=(say("wrong-line"),),
        note=say("questions", contact=view.charity.contact),
        rows=row(say.button("page-back", view.tap, "primary")),
    )


@dataclass(frozen=True, kw_only=True)
class LinkTexts:
    """What the payment page says; one link serves both languages, so both are in each text."""

    product_name: str
    thanks: str  # after paying, where there is no return page
    inactive: str  # once the link is switched off


def link_texts(catalog: Catalog, campaign: Campaign) -> LinkTexts:
    """Texts for a campaign's payment links, French first, within Stripe's lengths."""
    names = (campaign.name.fr, campaign.name.en)
    return LinkTexts(
        product_name=names[0] if names[0] == names[1] else f"{names[0]} / {names[1]}",
        thanks=_in_both(catalog, "stripe-thanks", campaign),
        inactive=_in_both(catalog, "stripe-inactive", campaign),
    )


def _in_both(catalog: Catalog, key: str, campaign: Campaign) -> str:
    half = (MAX_STRIPE_TEXT - 3) // 2
    texts = []
    for locale in LOCALES:
        text = catalog.text(locale, key, campaign=campaign.name.get(locale))
        if key == "stripe-inactive" and campaign.next_step:
            text += " " + campaign.next_step.get(locale)
        texts.append(text if len(text) <= half else text[: half - 1].rstrip() + "…")
    return " / ".join(texts)


def statement_suffix(campaign: Campaign, limit: int = 10) -> str:
    """The campaign on a card statement: capitals, digits and spaces only, with at least one letter."""
    ascii_name = unicodedata.normalize("NFKD", campaign.name.fr).encode("ascii", "ignore").decode().upper()
    words = re.sub(r"[^A-Z0-9]+", " ", ascii_name).split()
    while words and words[0] in ("LA", "LE", "LES", "L", "UN", "UNE", "DES"):
        words = words[1:]
    suffix = " ".join(words)[:limit].strip()
    return suffix if re.search("[A-Z]", suffix) else "DON"


def command_description(catalog: Catalog, locale: Locale, verb: str) -> str:
    """One line for a command menu, at most 100 characters."""
    return catalog.text(locale, f"command-{verb}")
