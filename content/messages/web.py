"""Texts shown by Stripe: on the payment page, after paying, on the card statement."""

from dataclasses import dataclass

from content.campaign import Campaign
from content.catalog import LOCALES, Catalog, Locale
from content.commands import COMMANDS

MAX_STRIPE_TEXT = 500  # characters of a message on the payment page


@dataclass(frozen=True, kw_only=True)
class LinkTexts:
    """The payment page's texts in the donor's language."""

    product_name: str
    thanks: str  # after paying, if there is no return page
    identity_reason: str  # why the page asks for name and address, where it does


def link_texts(catalog: Catalog, campaign: Campaign, locale: Locale) -> LinkTexts:
    """Return the texts of a campaign's payment links, within Stripe's limits."""
    name = campaign.name.get(locale)
    return LinkTexts(
        product_name=name,
        thanks=catalog.text(locale, "stripe-thanks", campaign=name)[:MAX_STRIPE_TEXT],
        identity_reason=catalog.text(locale, "stripe-identity-reason"),
    )


def inactive_text(catalog: Catalog, campaign: Campaign) -> str:
    """Return the payment page's text once its link is deactivated, in both languages: anyone may open it then."""
    return _in_both(catalog, "stripe-inactive", campaign)


def paused_text(catalog: Catalog, campaign: Campaign) -> str:
    """Return the payment page's text while all payments are paused, in both languages."""
    return _in_both(catalog, "stripe-paused", campaign)


def own_link_thanks(catalog: Catalog, locale: Locale, code: str) -> str:
    """Return the text shown after paying through a link made for one person: the code that proves it."""
    name = next(command.name(locale) for command in COMMANDS if command.verb == "claim")
    return catalog.text(locale, "stripe-own-thanks", command=name, code=code)


def _in_both(catalog: Catalog, key: str, campaign: Campaign) -> str:
    half = (MAX_STRIPE_TEXT - 3) // 2
    texts = []
    for locale in LOCALES:
        text = catalog.text(locale, key, campaign=campaign.name.get(locale))
        if key == "stripe-inactive" and campaign.next_step:
            text += " " + campaign.next_step.get(locale)
        texts.append(text if len(text) <= half else text[: half - 1].rstrip() + "…")
    return " / ".join(texts)
