"""The footer of a broadcast says who sends it, and the review warns of a sponsor's link."""

from dataclasses import replace

import pytest

from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from content.writer import Charity
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, hire, make_context, open_campaign
from tests.usecases.broadcasts.test_handlers import NADIA, reader, reply_text, tap, written

CHARITY = Charity(
    name="La Tablée",
    contact="bonjour@tablee.example",
    registration="12345 6789 RR0001",
    address="12, rue des Érables, Montréal",
)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    made = make_context(
        db, clock, charity=CHARITY, public_url="https://dons.example",
        link_domains=("dons.example", "commanditaire.example"),
    )  # fmt: skip
    await hire(made, NADIA)
    await open_campaign(made, ends_on=None)
    return made


async def test_copies_name_the_sender(ctx: Context) -> None:
    await reader(ctx, 1)
    reviewed = await tap(ctx, await written(ctx), "review")
    notes = [card.note for card in reviewed.previews]
    for kind in ("organisme de bienfaisance enregistré", "registered charity"):
        (note,) = [note for note in notes if kind in note]
        for part in (CHARITY.name, CHARITY.registration, CHARITY.address, CHARITY.contact):
            assert part is not None and part in note


async def test_help_names_the_charity(ctx: Context) -> None:
    shown = await router.on_command(ctx, CAMILLE, "aide", "")
    assert "12, rue des Érables, Montréal" in reply_text(shown)
    assert "12345 6789 RR0001" in reply_text(shown)
    assert "La Tablée · organisme" in reply_text(shown)
    assert CHARITY.contact in reply_text(shown) + shown.card.note


@pytest.mark.parametrize(
    ("link", "warned"), [("https://commanditaire.example/x", True), ("https://dons.example/i", False)]
)
async def test_link_of_a_sponsor_is_named_in_the_review(ctx: Context, link: str, warned: bool) -> None:
    await reader(ctx, 1)
    draft = await written(ctx)
    await tap(ctx, draft, "fr")
    await router.on_text(ctx, NADIA, f"Un repas de plus, avec [notre ami]({link}).")
    reviewed = await tap(ctx, draft, "review")
    assert ("LCAP" in reply_text(reviewed)) is warned


async def test_charity_without_address_is_named_too(ctx: Context) -> None:
    bare = replace(ctx, charity=Charity(name="La Tablée", contact="bonjour@tablee.example"))
    assert "Qui sommes-nous?" in reply_text(await router.on_command(bare, CAMILLE, "aide", ""))
