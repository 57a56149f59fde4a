"""Steps about giving again: reminders with their measured effect, and a monthly gift from start to end."""

from __future__ import annotations

import asyncio

from bot.demo.environment import Environment
from bot.demo.history import amount_links
from bot.demo.narration import Step
from bot.demo.people import NEIGHBOURS, Json
from bot.demo.reminders import drawn, let_them_fall_due
from bot.demo.scenario_state import ScenarioState, check_counters
from bot.domain.nudges import PolicyName
from bot.usecases.nudges import report
from content.catalog import Locale
from content.commands import name_of

_MONTH = 31  # days
_PATIENCE = 15.0  # seconds that a person waits for the bot


async def reminders(env: Environment, state: ScenarioState, step: Step) -> None:
    """Those who gave once agree to be reminded. A random tenth is not asked, which shows what asking changes."""
    asked = _gave_once(env)
    await asyncio.gather(*(accept_reminders(env, who, locale) for who, locale in asked))
    await let_them_fall_due(env)
    reminders_seen = {
        who["id"]: message for who, locale in asked if (message := _reminder(env, who, locale)) is not None
    }
    arms = await drawn(env)
    step.check("who gave once and agreed, asked or drawn not to be", sum(arms.values()), len(asked))
    step.check("reminders that came, as many as were drawn", len(reminders_seen), arms["sent"])
    card = next(iter(reminders_seen.values()), None)
    if card is None:
        return  # hardly ever: everyone was held out
    step.quote(card["text"])
    step.holds("each has its « not now » and its « no more reminders »", len(card["buttons"]) >= 2)
    await env.pay(amount_links(card)[1000])
    state.add_gift(1000)
    await env.all_sent()
    (outcome,) = [o for o in await report.report(env.app.ctx) if o.policy.name is PolicyName.SECOND_GIFT]
    step.check("gifts credited to a reminder (currency, how many, cents)", list(outcome.credited), [("cad", 1, 1000)])
    await check_counters(env, state, step)


async def monthly(env: Environment, state: ScenarioState, step: Step) -> None:
    """Inès starts a monthly gift, is thanked once for its renewal, and ends it as easily as she began."""
    ines = env.people["ines"]
    session = await _start_monthly_gift(env, state)
    step.quote((await env.confirm(ines, session))["text"])
    await env.until_morning(_MONTH)
    before = env.telegram.view(ines.chat)[-1]["id"]
    await env.stripe.renew(session["subscription"])
    await env.stripe.delivered()
    state.add_gift(session["amount_total"])
    thanks = await env.telegram.wait_message(ines.chat, contains="Merci!", after=before, timeout=_PATIENCE)
    step.quote(thanks["text"])
    shown = await _asks(env, "/mensuel")
    step.quote(shown["text"])
    step.holds("it can be changed, paused and ended", len([b for row in shown["buttons"] for b in row]) >= 3)
    await env.telegram.tap(ines.telegram, ines.chat, shown["id"], "Arrêter le don mensuel")
    sure = await env.telegram.wait_message(ines.chat, contains="Arrêter ce don mensuel?", timeout=_PATIENCE)
    await env.telegram.tap(ines.telegram, ines.chat, sure["id"], "Oui, arrêter")
    ended = await env.telegram.wait_message(ines.chat, contains="Votre don mensuel est arrêté", timeout=_PATIENCE)
    step.quote(ended["text"])
    await env.stripe.delivered()
    step.check("monthly gifts left at Stripe", len(_active_subscriptions(env)), 0)
    await check_counters(env, state, step)


async def _start_monthly_gift(env: Environment, state: ScenarioState) -> Json:
    """Let Inès start a monthly gift of the first amount; return Stripe's session."""
    offered = await _asks(env, "/mensuel")
    if "18 ans" in offered["text"]:
        ines = env.people["ines"]
        await env.telegram.tap(ines.telegram, ines.chat, offered["id"], "Oui")
        offered = await env.telegram.wait_message(ines.chat, contains="Donner chaque mois?", timeout=_PATIENCE)
    session = await env.pay(next(b["value"] for row in offered["buttons"] for b in row if b["kind"] == "url"))
    state.add_gift(session["amount_total"])
    await env.telegram.wait_message(env.people["ines"].chat, contains="Merci!", after=offered["id"], timeout=_PATIENCE)
    await env.all_sent()
    return session


async def ended_at_stripe(env: Environment, state: ScenarioState, step: Step) -> None:
    """Inès gives monthly again and ends it on Stripe's page: the bot says until when, and asks nothing."""
    ines = env.people["ines"]
    session = await _start_monthly_gift(env, state)
    if not await env.is_proved(session):  # without proof, dates are not shown
        await env.confirm(ines, session)
    await env.stripe.cancel_subscription(session["subscription"], at_period_end=True)
    await env.stripe.delivered()
    await env.all_sent()
    shown = await _asks(env, "/mensuel")
    step.quote(shown["text"])
    step.holds("it says when it ends, and that nothing more is charged", "plus rien ne sera prélevé" in shown["text"])
    step.holds("and names no next gift", "Prochain don" not in shown["text"])
    await check_counters(env, state, step)


def _gave_once(env: Environment) -> list[tuple[Json, Locale]]:
    """Return the accounts and languages of the neighbours who gave once, and of Inès."""
    names = [name for name, *_ in NEIGHBOURS]
    once = [(env.neighbours[name], locale) for name, locale, *_ in NEIGHBOURS if names.count(name) == 1]
    ines = env.people["ines"]
    return [*once, (ines.telegram, ines.locale)]


async def accept_reminders(env: Environment, who: Json, locale: Locale) -> None:
    """Let a person turn reminders on."""
    words, chat = env.app.ctx.catalog, who["id"]
    said = env.telegram.say(who, f"/{name_of('preferences', locale)}")
    title = words.text(locale, "preferences-title")  # a thank-you may arrive meanwhile
    choices = await env.telegram.wait_message(chat, contains=title, after=said["message_id"], timeout=_PATIENCE)
    await env.telegram.tap(who, chat, choices["id"], words.text(locale, "pref-reminders-on"))
    await env.telegram.wait_message(chat, contains=words.text(locale, "preferences-saved"), timeout=_PATIENCE)


def _reminder(env: Environment, who: Json, locale: Locale) -> Json | None:
    title = env.app.ctx.catalog.text(locale, "nudge-second-gift-title")
    return next((m for m in env.telegram.view(who["id"]) if (m["text"] or "").startswith(title)), None)


async def _asks(env: Environment, text: str) -> Json:
    ines = env.people["ines"]
    said = env.telegram.say(ines.telegram, text)
    return await env.telegram.wait_message(ines.chat, after=said["message_id"], timeout=_PATIENCE)


def _active_subscriptions(env: Environment) -> list[Json]:
    return [s for s in env.stripe.world.every("subscription") if s["status"] != "canceled"]
