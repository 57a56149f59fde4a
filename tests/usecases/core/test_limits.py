"""Owners set the limits of broadcasts in chat; their value wins, is audited, and all staff are notified."""

import pytest

from bot.domain.staff import Role
from bot.store.core import audit
from bot.store.core.notices import due
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.reply import Reply
from bot.usecases.staff.broadcasts.notices import KINDS
from bot.usecases.staff.operations.limit_handlers import read_limit
from content.addresses import Domains
from content.messages.staff_limits import Limit
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, hire, make_context


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example", link_domains=("tablee.example",))
    await hire(context, CAMILLE, Role.OWNER, label="Camille")
    return context


def reply_text(reply: Reply) -> str:
    return "\n".join((reply.card.title, *reply.card.lines)).replace("\u00a0", " ")


async def now(ctx: Context) -> limits.Limits:
    async with ctx.db.read() as conn:
        return await limits.read(ctx, conn)


async def test_limit_set_in_chat_wins_until_reset(ctx: Context) -> None:
    home = await router.on_command(ctx, CAMILLE, "equipe", "")
    assert "st" in {button.action for button in home.card.buttons}
    assert "500 destinataires" in reply_text(await router.on_action(ctx, CAMILLE, "st"))
    await router.on_action(ctx, CAMILLE, "st:approve")
    assert "40 destinataires, une deuxième personne doit approuver. (choisi ici)" in reply_text(
        await router.on_text(ctx, CAMILLE, "40")
    )
    await router.on_action(ctx, CAMILLE, "st:pause")
    await router.on_text(ctx, CAMILLE, "25 %")
    await router.on_action(ctx, CAMILLE, "st:domains")
    await router.on_text(ctx, CAMILLE, "https://Autre.example/, news.example, @Tablee_Infos")
    assert (await now(ctx)).approve == 40 and (await now(ctx)).pause == 25
    assert await limits.domains(ctx) == Domains(
        hosts=frozenset({"autre.example", "news.example"}),
        names=frozenset({"tablee_infos"}),
        emails=frozenset({"bonjour@tablee.example"}),
    )
    asked = await router.on_action(ctx, CAMILLE, "st:domains")
    assert "st:domains:reset" in {button.action for button in asked.card.buttons}
    await router.on_action(ctx, CAMILLE, "st:domains:reset")
    assert (await now(ctx)).domains == ("tablee.example",)


async def test_limit_change_is_audited_and_staff_are_notified(ctx: Context) -> None:
    await router.on_action(ctx, CAMILLE, "st:approve")
    await router.on_text(ctx, CAMILLE, "40")
    async with ctx.db.read() as conn:
        (act,) = await audit.latest(conn, 5, action="limit.set")
        (notice,) = await due(conn, ctx.clock(), 5)
    assert act.details == {"limit": "approve", "before": 500, "after": 40}
    card = await KINDS[notice.kind](ctx, notice, "en")
    assert card.lines == ("Above 40 recipients, a second person must approve.", "By Camille.")


async def test_default_link_domain_is_own_address(db: Database, clock: MovingClock) -> None:
    assert (await limits.domains(make_context(db, clock))).hosts == frozenset()
    bare = make_context(db, clock, public_url="https://dons.example")
    assert (await limits.domains(bare)).hosts == {"dons.example"}


@pytest.mark.parametrize(
    ("limit", "typed", "found"),
    [
        ("approve", "1 000", 1000),
        ("approve", "0", 0),
        ("approve", "-5", "number"),
        ("approve", "beaucoup", "number"),
        ("approve", "2000000", "number"),
        ("pause", "0", "percent"),
        ("pause", "101", "percent"),
        ("pause", "7 %", 7),
        ("declined", "40", 40),
        ("declined", "0", "alarm"),
        ("warned", "1001", "alarm"),
        ("new_dms", "0", 0),
        ("new_dms", "51", "new_dms"),
        ("monthly_test", "20 %", 20),
        ("monthly_test", "51", "monthly_test"),
        ("domains", "", "host"),
        ("domains", "localhost", "host"),
        ("domains", "a.example/chemin", "host"),
        ("domains", "a.example; a.example\nb.example", ("a.example", "b.example")),
        ("domains", " ".join(f"s{n}.example" for n in range(21)), "host"),
    ],
)
def test_valid_limit_input_is_stored(limit: Limit, typed: str, found: object) -> None:
    assert read_limit(limit, typed) == found


async def test_invalid_limit_input_is_asked_again(ctx: Context) -> None:
    await router.on_action(ctx, CAMILLE, "st:pause")
    again = await router.on_text(ctx, CAMILLE, "200")
    assert "de 1 à 100" in reply_text(again) and again.form is not None and again.form.value == "200"
    assert (await now(ctx)).own == frozenset()


async def test_editor_cannot_set_limits(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.EDITOR, label="Camille")
    for button in ("st", "st:approve", "st:approve:reset"):
        assert "st:approve" not in {b.action for b in (await router.on_action(ctx, CAMILLE, button)).card.buttons}
