"""Staff manage reminders in chat: policies, settings, texts, preview, report and hold."""

from datetime import timedelta

import pytest

from bot.domain.lift import Arm, Stratum, compare, useful_size
from bot.domain.nudges import PolicyName
from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.core import audit
from bot.store.db import Database
from bot.store.nudges import nudges
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.nudges import plan
from bot.usecases.nudges.policies import policy_states
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from content.catalog import Catalog, Locale
from content.messages.nudges_staff import LiftView, verdict
from content.writer import Writer
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, hire, make_context, open_campaign

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock)
    await hire(context, NADIA, Role.EDITOR)
    return context


def said(reply: Reply) -> str:
    return "\n".join([reply.card.title, *reply.card.lines, reply.card.note])


async def wanted(ctx: Context, name: PolicyName) -> bool:
    async with ctx.db.read() as conn:
        return (await policy_states(conn))[name].on


async def test_two_policies_are_on_by_default(ctx: Context) -> None:
    card = await router.on_command(ctx, NADIA, "rappels", "")
    assert said(card).count("inactif") == 3
    await router.on_action(ctx, NADIA, "np:lapsing:on")
    assert await wanted(ctx, PolicyName.LAPSING)
    await router.on_action(ctx, NADIA, "np:second_gift:off")
    assert not await wanted(ctx, PolicyName.SECOND_GIFT)
    async with ctx.db.read() as conn:
        assert [act.details["what"] for act in await audit.latest(conn, 5, action="nudges.")] == ["off", "on"]


async def test_viewers_cannot_change_policies(ctx: Context) -> None:
    assert "équipe" in said(await router.on_command(ctx, CAMILLE, "rappels", ""))
    await router.on_action(ctx, CAMILLE, "np:second_gift:off")
    await hire(ctx, NADIA, Role.VIEWER)
    shown = await router.on_action(ctx, NADIA, "np:second_gift:off")
    assert await wanted(ctx, PolicyName.SECOND_GIFT)
    assert {b.action for b in shown.card.buttons} == {"np:report", "np:preview"}


def action(reply: Reply, what: str) -> str:
    return next(str(button.action) for button in reply.card.buttons if f":{what}:" in str(button.action))


async def used(ctx: Context, shown: Reply) -> Reply:
    """Adopt the previewed text."""
    return await router.on_action(ctx, NADIA, action(shown, "use"))


async def text_of(ctx: Context) -> str:
    async with ctx.db.read() as conn:
        texts = (await policy_states(conn))[PolicyName.SECOND_GIFT].texts
    return texts[0].get("fr", "") if texts else ""


async def test_text_is_previewed_before_it_is_used(ctx: Context) -> None:
    await open_campaign(ctx, ends_on=None)
    await router.on_action(ctx, NADIA, "np:second_gift:text0fr")
    shown = await router.on_text(ctx, NADIA, "Un <b>deuxième</b> repas?")
    (reminder,) = shown.previews
    assert reminder.lines[0] == "Un <b>deuxième</b> repas?" and await text_of(ctx) == ""
    again = await router.on_action(ctx, NADIA, action(shown, "edit"))
    assert again.form is not None and again.form.value == "Un <b>deuxième</b> repas?"
    better = await router.on_text(ctx, NADIA, "Un deuxième repas?")
    assert "n’est plus en attente" in said(await used(ctx, shown)), "it was changed"
    await used(ctx, better)
    assert await text_of(ctx) == "Un deuxième repas?"
    assert "n’est plus en attente" in said(await used(ctx, better))


async def test_unconfirmed_text_expires_after_fifteen_minutes(ctx: Context, clock: MovingClock) -> None:
    await router.on_action(ctx, NADIA, "np:second_gift:text0fr")
    shown = await router.on_text(ctx, NADIA, "5 $")
    clock.move(minutes=15, seconds=1)
    assert "n’est plus en attente" in said(await used(ctx, shown))
    assert await text_of(ctx) == ""


@pytest.mark.parametrize("made_up", ["use:1", "use:", "edit:²", "use:1:2"])
async def test_forged_text_buttons_change_nothing(ctx: Context, made_up: str) -> None:
    await router.on_action(ctx, NADIA, f"np:second_gift:{made_up}")
    assert await text_of(ctx) == ""


async def test_text_needs_both_languages_and_a_maximum_length(ctx: Context) -> None:
    asked = await router.on_action(ctx, NADIA, "np:second_gift:text0fr")
    assert asked.form is not None
    long = await router.on_text(ctx, NADIA, "x" * 700)
    assert "100 caractères de trop" in said(long)
    await used(ctx, await router.on_text(ctx, NADIA, "Un deuxième repas?"))
    assert not await wanted(ctx, PolicyName.SECOND_GIFT), "English is lacking"
    await router.on_action(ctx, NADIA, "np:second_gift:text0en")
    saved = await used(ctx, await router.on_text(ctx, NADIA, "A second meal?"))
    assert await wanted(ctx, PolicyName.SECOND_GIFT)
    assert "np:second_gift:text1fr" in {b.action for b in saved.card.buttons}
    await router.on_action(ctx, NADIA, "np:second_gift:own")
    async with ctx.db.read() as conn:
        assert (await policy_states(conn))[PolicyName.SECOND_GIFT].texts == ()


@pytest.mark.parametrize(
    ("policy", "good", "bad"),
    [("second_gift", "12 à 20", "20 12"), ("lapsing", "1,8", "zéro"), ("nearly_there", "90 %", "190")],
)
async def test_contradictory_numbers_are_asked_again(ctx: Context, policy: str, good: str, bad: str) -> None:
    await router.on_action(ctx, NADIA, f"np:{policy}:numbers")
    refused = await router.on_text(ctx, NADIA, bad)
    assert "ne conviennent pas" in said(refused)
    assert "enregistré" in said(await router.on_text(ctx, NADIA, good))


async def test_hold_stops_all_reminders(ctx: Context, clock: MovingClock) -> None:
    await due_soon(ctx, 5)
    clock.move(days=10)
    held = await router.on_action(ctx, NADIA, "np:hold")
    assert "en pause" in said(held)
    assert await plan.tick(ctx) == 0
    await router.on_action(ctx, NADIA, "np:release")
    assert await plan.tick(ctx) == 5


async def due_soon(ctx: Context, people: int) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    for number in range(people):
        contact = Contact(platform="telegram", external_id=str(1000 + number), locale="fr", private=True)
        person = await find_or_join(ctx, contact)
        await set_preferences(ctx, person, [Preference.REMINDERS], True)
        await give(ctx, campaign, person.id)


async def test_preview_shows_counts(ctx: Context, clock: MovingClock) -> None:
    await due_soon(ctx, 3)
    clock.now += timedelta(days=8)
    shown = await router.on_command(ctx, NADIA, "nudges", "preview")
    assert "Deuxième don, 3 personnes" in said(shown)
    async with ctx.db.read() as conn:
        assert (await nudges.histories(conn, [1], clock(), clock()))[1].decided == []


async def test_report_opens_before_any_decision(ctx: Context) -> None:
    assert "Aucun rappel" in said(await router.on_command(ctx, NADIA, "nudges", "report"))


def view(sent: Arm, held: Arm) -> LiftView:
    lift = compare([Stratum(sent=sent, held_out=held)])
    return LiftView(
        people=sent.assigned + held.assigned,
        lift=lift.lift * 100,
        low=lift.low * 100,
        high=lift.high * 100,
        smallest=lift.smallest * 100,
        base=held.rate * 100,
        is_bounded=(lift.low, lift.high) != (-1.0, 1.0),
    )


@pytest.mark.parametrize(("locale", "words"), [("fr", "fois plus fréquents"), ("en", "times as frequent")])
def test_insufficient_data_is_stated(locale: Locale, words: str) -> None:
    say = Writer(Catalog.load(), locale)
    assert words in verdict(say, view(Arm(assigned=120, gave=15), Arm(assigned=120, gave=12)))


def test_effect_is_shown_with_its_interval() -> None:
    say = Writer(Catalog.load(), "en")
    assert "Reminders work" in verdict(say, view(Arm(assigned=2_000, gave=800), Arm(assigned=2_000, gave=300)))
    assert "Reminders do harm" in verdict(say, view(Arm(assigned=2_000, gave=300), Arm(assigned=2_000, gave=800)))
    assert "Too few" in verdict(say, view(Arm(assigned=5, gave=1), Arm(assigned=5, gave=1)))


async def test_report_below_a_useful_size_states_it(ctx: Context, clock: MovingClock) -> None:
    """Even while nobody at all is in the comparison group, everyone who got a reminder is counted."""
    await due_soon(ctx, 2)
    clock.move(days=10)
    assert await plan.tick(ctx) == 2
    clock.move(days=15)
    report = said(await router.on_command(ctx, NADIA, "nudges", "report"))
    assert "Pour une réponse utile, il faut environ 1\u00a0700 personnes; il y en a 2 jusqu’ici." in report
    assert "Trop peu de monde" in report


@pytest.mark.parametrize(("share", "needed"), [(0.1, 1_700), (0.145, 1_200), (0.5, 600)])
def test_useful_size_depends_on_the_holdout(share: float, needed: int) -> None:
    assert useful_size(share) == needed


async def test_share_button_switches_between_a_tenth_and_a_half(ctx: Context) -> None:
    tenth, half = "Groupe témoin : 10", "Groupe témoin : 50"
    assert tenth in said(await router.on_action(ctx, NADIA, "np:second_gift")).replace("\u00a0", " ")
    assert half in said(await router.on_action(ctx, NADIA, "np:second_gift:share")).replace("\u00a0", " ")
    assert tenth in said(await router.on_action(ctx, NADIA, "np:second_gift:share")).replace("\u00a0", " ")
