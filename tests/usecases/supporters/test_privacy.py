"""/privacy lists what the schema stores about people, and /forget says what remains of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Table

from bot.store.erasure_file import KEPT
from bot.store.schema import metadata
from content.catalog import Catalog, Locale
from content.messages.supporters import PRIVACY_ITEMS, ForgetView, forget_ask, forgotten, privacy
from content.writer import Charity

CATALOG = Catalog.load()
CHARITY = Charity(name="Tablée", contact="a@b.example")

# Tables and columns with data about a person -> the lines of /privacy that name it. A table stands for all columns that
# are not named themselves.
STATED: dict[str, tuple[str, ...]] = {
    "account_act": ("limits",),
    "account_bar": ("team",),
    "address": ("account",),
    "address.gave_at": ("gifts",),
    "address.locale": ("language",),
    "address.locale_chosen": ("language",),
    "address.time_zone": ("language",),
    "audit": ("team",),
    "blocked": ("team",),
    "broadcast_opt_out": ("preferences",),
    "campaign_donor": ("gifts",),
    "circle": ("invites",),
    "circle_money": ("invites",),
    "circle_shown": ("invites",),
    "decision": ("reminders",),
    "decision.arm": ("group",),
    "decision.propensity": ("group",),
    "delivery": ("messages",),
    "draft": ("letters",),
    "entry": ("gifts",),
    "error_case": ("cases",),
    "gift": ("gifts",),
    "gift.disowned_at": ("cases",),
    "gift.payer": ("card",),
    "gift_match": ("gifts",),
    "imported_gift": ("gifts",),
    "invite": ("invites",),
    "invite_count": ("invites",),
    "invite_link": ("invites",),
    "left_before": ("left",),
    "lineage": ("invites",),
    "link_code": ("account",),
    "my_data_file": ("messages",),
    "my_data_link": ("messages",),
    "name_hidden": ("team",),
    "notice": ("letters", "cases"),
    "notice_copy": ("letters",),
    "nudge_end": ("reminders",),
    "offline_gift": ("gifts",),
    "one_time_message": ("messages",),
    "own_link": ("gifts",),
    "payer_proof": ("card",),
    "pledge": ("gifts",),
    "pledge.payer": ("card",),
    "posting": ("gifts",),
    "movement": ("gifts",),
    "preference": ("preferences",),
    "preference_change": ("preferences",),
    "private_answer": ("messages",),
    "recipient": ("messages",),
    "recognition": ("invites",),
    "referral": ("invites",),
    "refund_order": ("gifts",),
    "relay": ("letters",),
    "reply_origin": ("letters",),
    "card_terms": ("card",),
    "saved_card": ("card",),
    "share_prompt": ("messages",),
    "stripe_event": ("gifts",),
    "supporter": ("account",),
    "supporter.adult": ("adult",),
    "supporter.adult_at": ("adult",),
    "supporter.arm_of": ("group",),
    "supporter.deceased_at": ("team",),
    "supporter.first_gift_at": ("gifts",),
    "supporter.gift_count": ("gifts",),
    "supporter.last_gift_at": ("gifts",),
    "supporter.next_nudge_at": ("reminders",),
    "supporter.snoozed_until": ("reminders",),
}
_WORK = "the organization's own texts, settings and totals"
NOBODY = {  # tables that say nothing about supporters: why
    **dict.fromkeys(("broadcast", "broadcast_post", "broadcast_tap", "progress_message", "recipient_sum"), _WORK),
    **dict.fromkeys(("campaign", "campaign_other", "campaign_picture", "match_period", "milestone"), _WORK),
    **dict.fromkeys(("deposit_slip", "donor_count", "gift_import", "gift_sum"), _WORK),
    **dict.fromkeys(("invite_place", "nudge_policy", "place", "posted_card", "payment_link", "tap_count"), _WORK),
    "payout": "the organization's own money",
    "document": "counts and sums of many, as they were issued for the board",
    **dict.fromkeys(("cursor", "lease", "secret", "switch"), "the state of the program"),
    **dict.fromkeys(("staff", "staff_code", "staff_role"), "the team, which is not asked by /privacy"),
    "to_repath": "a queue of ids, empty within minutes",
}


def leads_to_people(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Say whether rows lead to a supporter by foreign keys."""
    if table.name in ("supporter", "address"):
        return True
    targets = (key.column.table for key in table.foreign_keys)
    return any(leads_to_people(t, seen | {table.name}) for t in targets if t.name not in seen | {table.name})


def test_every_table_is_stated_or_about_nobody() -> None:
    """A new table with data about people needs a line of /privacy."""
    tables = {name for name in STATED if "." not in name}
    assert not tables & set(NOBODY)
    assert tables | set(NOBODY) == {table.name for table in metadata.sorted_tables}
    assert {t.name for t in metadata.sorted_tables if leads_to_people(t)} - tables == {"to_repath"}


# All columns of the tables that hold several kinds of data: a new one needs a decision.
SUPPORTER = "id joined_at merged_into erased_at gift_count first_gift_at last_gift_at next_nudge_at snoozed_until"
ADDRESS = "id supporter_id platform external_id locale locale_chosen time_zone reachable unreachable_since wrote_at"
COLUMNS = {
    "supporter": f"{SUPPORTER} arm_of deceased_at adult adult_at",
    "address": f"{ADDRESS} installed_at dm_at dm_channel gave_at awaits awaits_until",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_about_people_is_known(name: str) -> None:
    """Add a new column above and, if `account` does not describe it, to STATED."""
    assert set(COLUMNS[name].split()) == {column.name for column in metadata.tables[name].columns}


def test_stated_columns_exist() -> None:
    for name in STATED:
        table, _, column = name.partition(".")
        assert not column or column in metadata.tables[table].columns, name


def test_lines_and_schema_agree() -> None:
    assert {item for items in STATED.values() for item in items} == set(PRIVACY_ITEMS)


def _texts() -> Iterator[tuple[Locale, str, str]]:
    view = ForgetView(charity=CHARITY, monthly=False)
    locales: tuple[Locale, Locale] = ("fr", "en")
    for locale in locales:
        cards = (privacy(CATALOG, locale, charity=CHARITY), forget_ask(CATALOG, locale, view))
        listed, erased = ("\n".join(card.lines).replace("\u00a0", " ") for card in cards)
        yield locale, listed, erased


OMITTED_BEFORE = {
    "fr": ("calculé d’après vos dons", "tirées au sort", "à l’extérieur du Québec", "Telegram ou Discord", "Stripe"),
    "en": ("timed from your gifts", "at random", "outside Quebec", "Telegram or Discord", "Stripe"),
}
REMAINS = {
    "fr": ("le montant et la date", "numéro de paiement de Stripe", "empreinte illisible", "30 jours", "statistiques"),
    "en": ("amounts and dates", "Stripe’s payment number", "unreadable fingerprint", "30 days", "statistics"),
}


def test_privacy_names_profiling_and_processing_outside_quebec() -> None:
    for locale, listed, _ in _texts():
        assert listed.count("\n• ") == len(PRIVACY_ITEMS)
        for phrase in OMITTED_BEFORE[locale]:
            assert phrase in listed, phrase
        assert len(listed) < 4000, "one message on Telegram and Discord"


def test_forget_says_what_remains() -> None:
    for locale, _, erased in _texts():
        for phrase in REMAINS[locale]:
            assert phrase in erased, phrase


def test_every_text_on_erasure_names_the_record_outside_the_database() -> None:
    assert timedelta(days=365) == KEPT
    for locale, listed, erased in _texts():
        done = "\n".join(forgotten(CATALOG, locale).lines).replace("\u00a0", " ")
        for text in (listed, erased, done):
            assert ("Une autre reste un an" if locale == "fr" else "year") in text
            assert ("sauvegarde restaurée" if locale == "fr" else "restored backup") in text
            assert ("30 jours" if locale == "fr" else "30 days") in text
