"""The story's third part: who gave is asked again, kindly, and it is measured; a monthly gift from its beginning."""

from __future__ import annotations

import asyncio

from bot.demo.cast import NEIGHBOURS, Json
from bot.demo.earlier import amounts
from bot.demo.reminders import drawn, let_them_fall_due
from bot.demo.stage import Stage
from bot.demo.tale import Tale, counted
from bot.demo.telling import Step
from bot.domain.nudges import PolicyName
from bot.usecases.nudges import report
from content.catalog import Locale
from content.commands import name_of

_MONTH = 31  # days
_PATIENCE = 15.0  # seconds that somebody waits for the bot


async def reminders(stage: Stage, tale: Tale, step: Step) -> None:
    """Those who gave once agree to be reminded. Half of them are asked; the others show what the asking changed."""
    asked = _gave_once(stage)
    await asyncio.gather(*(agrees(stage, who, locale) for who, locale in asked))
    await let_them_fall_due(stage)
    found = {who["id"]: one for who, locale in asked if (one := _reminder(stage, who, locale)) is not None}
    arms = await drawn(stage)
    step.check("who gave once and agreed, asked or drawn not to be", sum(arms.values()), len(asked))
    step.check("reminders that came, as many as were drawn", len(found), arms["sent"])
    card = next(iter(found.values()), None)
    if card is None:
        return  # one time in a thousand the draw asks nobody
    step.quote(card["text"])
    step.holds("each has its « not now » and its « no more of these »", len(card["buttons"]) >= 2)
    await stage.pay(amounts(card)[1000])
    tale.gift(1000)
    await stage.all_sent()
    (told,) = [one for one in await report.report(stage.app.ctx) if one.standing.name is PolicyName.SECOND_GIFT]
    step.check("gifts credited to a reminder (currency, how many, cents)", list(told.credited), [("cad", 1, 1000)])
    await counted(stage, tale, step)


async def monthly(stage: Stage, tale: Tale, step: Step) -> None:
    """Inès gives every month, is thanked for the renewal once, and ends it as easily as she began."""
    ines = stage.people["ines"]
    offered = await _asks(stage, "/mensuel")
    session = await stage.pay(next(b["value"] for row in offered["buttons"] for b in row if b["kind"] == "url"))
    tale.gift(session["amount_total"])
    await stage.telegram.wait_message(ines.chat, contains="Merci!", after=offered["id"], timeout=_PATIENCE)
    await stage.all_sent()
    step.quote((await stage.confirm(ines, session))["text"])
    await stage.until_morning(_MONTH)
    before = stage.telegram.view(ines.chat)[-1]["id"]
    await stage.stripe.renew(session["subscription"])
    await stage.stripe.delivered()
    tale.gift(session["amount_total"])
    thanks = await stage.telegram.wait_message(ines.chat, contains="Merci!", after=before, timeout=_PATIENCE)
    step.quote(thanks["text"])
    shown = await _asks(stage, "/mensuel")
    step.quote(shown["text"])
    step.holds("it can be changed, paused and ended", len([b for row in shown["buttons"] for b in row]) >= 3)
    await stage.telegram.tap(ines.telegram, ines.chat, shown["id"], "Arrêter")
    sure = await stage.telegram.wait_message(ines.chat, contains="Arrêter ce don mensuel?", timeout=_PATIENCE)
    await stage.telegram.tap(ines.telegram, ines.chat, sure["id"], "Oui, arrêter")
    ended = await stage.telegram.wait_message(ines.chat, contains="C’est arrêté", timeout=_PATIENCE)
    step.quote(ended["text"])
    await stage.stripe.delivered()
    step.check("monthly gifts left at Stripe", len(_alive(stage)), 0)
    await counted(stage, tale, step)


def _gave_once(stage: Stage) -> list[tuple[Json, Locale]]:
    """The neighbours of one gift, and Inès: their accounts and languages."""
    names = [name for name, *_ in NEIGHBOURS]
    once = [(stage.neighbours[name], locale) for name, locale, *_ in NEIGHBOURS if names.count(name) == 1]
    ines = stage.people["ines"]
    return [*once, (ines.telegram, ines.locale)]


async def agrees(stage: Stage, who: Json, locale: Locale) -> None:
    """They turn reminders on."""
    words, chat = stage.app.ctx.catalog, who["id"]
    said = stage.telegram.say(who, f"/{name_of('preferences', locale)}")
    choices = await stage.telegram.wait_message(chat, after=said["message_id"], timeout=_PATIENCE)
    await stage.telegram.tap(who, chat, choices["id"], words.text(locale, "pref-reminders-on"))
    await stage.telegram.wait_message(chat, contains=words.text(locale, "preferences-saved"), timeout=_PATIENCE)


def _reminder(stage: Stage, who: Json, locale: Locale) -> Json | None:
    title = stage.app.ctx.catalog.text(locale, "nudge-second-gift-title")
    return next((m for m in stage.telegram.view(who["id"]) if (m["text"] or "").startswith(title)), None)


async def _asks(stage: Stage, text: str) -> Json:
    ines = stage.people["ines"]
    said = stage.telegram.say(ines.telegram, text)
    return await stage.telegram.wait_message(ines.chat, after=said["message_id"], timeout=_PATIENCE)


def _alive(stage: Stage) -> list[Json]:
    return [one for one in stage.stripe.world.every("subscription") if one["status"] != "canceled"]
