"""The story's second half: a friend brings a friend, and the charity's team tells what came of it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from bot.demo.cast import READERS, Json, Person
from bot.demo.earlier import amounts
from bot.demo.stage import Stage
from bot.demo.tale import NBSP, Tale, button, counted, plain
from bot.demo.telling import Step
from bot.domain.broadcasts import COUNTDOWN, Broadcast, BroadcastState
from bot.domain.lateral import EVERYTHING
from bot.store.broadcasts import broadcasts
from bot.usecases.broadcasts import lifecycle
from bot.usecases.reports import lateral_reach

_NEWS = ("Les trente habits sont **commandés**.", "The thirty snowsuits are **on order**.")
_ARRIVES = "Les trente habits sont commandés."
_NEARLY = COUNTDOWN.total_seconds() - 10
_THINKING = timedelta(seconds=6)  # before somebody writes or taps
_PATIENCE = 15.0  # seconds that somebody waits for the bot


async def camille_invites(stage: Stage, tale: Tale, step: Step) -> None:
    """An invite of her own."""
    camille = stage.people["camille"]
    invite = await _asks(stage, camille, "/inviter", "start=i_")
    step.quote(invite["text"])
    addresses = re.findall(r"https?://\S+", invite["text"])
    tale.invite = next(url for url in addresses if "t.me" in url)
    step.holds("a link of her own into the bot", tale.invite)
    step.holds("a web address for everywhere else", any("/i/" in url for url in addresses))
    step.holds("one tap passes it on", "t.me/share" in button(invite, "Envoyer sur Telegram")["value"])


async def ines_comes(stage: Stage, tale: Tale, step: Step) -> None:
    """The friend reads by whose invite she came, and gives."""
    ines, campaign = stage.people["ines"], await stage.campaign()
    stage.telegram.tap_link(ines.telegram, tale.invite)
    card = await stage.telegram.wait_message(ines.chat, contains="Vous arrivez par l’invitation", timeout=_PATIENCE)
    step.quote("\n".join(card["text"].splitlines()[2:]))
    await stage.pay(amounts(card)[1000])
    tale.gift(1000)
    await stage.telegram.wait_message(ines.chat, contains="Merci!", timeout=_PATIENCE)
    found = await lateral_reach.lateral(stage.app.ctx, EVERYTHING)
    step.holds("she is told that Camille will see neither her name nor her gifts", "ne verra ni" in card["text"])
    step.check("donors brought by people", found.new_donors_brought, 1)
    step.check("gifts by an invite (how many, cents)", found.gifts_by_invite[campaign.goal.currency], (1, 1000))
    circle = await _asks(stage, stage.people["camille"], "/cercle", "Une personne")
    step.holds("Camille's circle counts a person, and says nothing of gifts", "$" not in circle["text"])
    await counted(stage, tale, step)


async def half_way(stage: Stage, tale: Tale, step: Step) -> None:
    """The milestone that the neighbours crossed: Nadia reads it, says yes, and five minutes later it stands there."""
    nadia = stage.people["nadia"]
    notice = await stage.telegram.wait_message(nadia.chat, contains="a franchi une étape", timeout=_PATIENCE)
    step.quote(notice["text"])
    await _taps(stage, nadia, notice, "Annoncer")
    countdown, _ = await _leaves(stage, "milestone")
    said = f"{tale.raised // 100}{NBSP}$ sur 600{NBSP}$, soit"  # as it stands when it is said
    on_telegram = await stage.telegram.wait_message(stage.channel, contains=said, timeout=_PATIENCE)
    on_discord = await stage.discord.wait_message(stage.room, contains="of the goal. Thank you!", timeout=_PATIENCE)
    step.quote(on_telegram["text"])
    step.quote(on_discord["text"])
    step.holds("it waited for a yes, and then five minutes in which any editor could stop it", countdown > _NEARLY)
    told = [m for m in stage.telegram.view(stage.channel) if said in (m["text"] or "")]
    step.check("times it stands in the channel", len(told), 1)


async def nadia_tells(stage: Stage, tale: Tale, step: Step) -> None:
    """A broadcast, from the first word to its report. Camille agreed to news; she gave today, so nothing is asked."""
    nadia, camille = stage.people["nadia"], stage.people["camille"]
    choices = await _asks(stage, camille, "/preferences", "Vos préférences")
    await _taps(stage, camille, choices, "Activer les nouvelles")
    home = await _asks(stage, nadia, "/diffusion", "Diffusions")
    await _taps(stage, nadia, home, "Nouvelle diffusion")
    await stage.telegram.wait_message(nadia.chat, contains="Texte français", after=home["id"], timeout=_PATIENCE)
    await _asks(stage, nadia, _NEWS[0], "Texte anglais")
    draft = await _asks(stage, nadia, _NEWS[1], "Brouillon")
    await _taps(stage, nadia, draft, "Revoir")
    review = await stage.telegram.wait_message(
        nadia.chat, contains="Avant l’envoi", after=draft["id"] - 1, timeout=_PATIENCE
    )
    step.quote(plain(review["text"]))
    readers = len(READERS) + 1
    step.holds("who gets it is counted first", f"{readers} personnes le recevront." in review["text"])
    step.holds("and who does not, and why", "sans accord pour nos nouvelles" in review["text"])
    await _taps(stage, nadia, review, "Envoyer")
    _, sent = await _leaves(stage, "staff")
    news = await stage.telegram.wait_message(camille.chat, contains=_ARRIVES, timeout=_PATIENCE)
    step.quote(news["text"])
    step.check("people who got it", await _sent(stage, sent), readers)
    step.holds("Camille, who has just given, is asked for nothing", len(news["buttons"]) == 1)
    step.holds("one tap ends such news", button(news, "Ne plus recevoir de nouvelles"))


async def _leaves(stage: Stage, kind: str) -> tuple[float, Broadcast]:
    """The newest broadcast of a kind is waited for, its countdown passes, and it ends; seconds of countdown, and it."""
    counting = await _in_state(stage, kind, BroadcastState.COUNTDOWN)
    assert counting.starts_at is not None
    left = counting.starts_at - stage.clock()
    await stage.let_pass(left)
    return left.total_seconds(), await _in_state(stage, kind, BroadcastState.DONE)


async def _in_state(stage: Stage, kind: str, state: BroadcastState) -> Broadcast:
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with stage.app.ctx.db.read() as conn:
                found = next((one for one in await broadcasts.latest(conn, 5) if one.kind == kind), None)
            if found is not None and found.state is state:
                return found
            await lifecycle.tick(stage.app.ctx)  # as the schedule does every second: nobody watching waits for that
            await asyncio.sleep(0.1)


async def _sent(stage: Stage, found: Broadcast) -> int:
    async with stage.app.ctx.db.read() as conn:
        return sum(people for _, state, _, people in await broadcasts.outcomes(conn, found.id) if state == "sent")


async def _asks(stage: Stage, who: Person, text: str, answer: str) -> Json:
    """Somebody takes their time and writes to the bot; its answer."""
    stage.clock.forward(_THINKING)
    said = stage.telegram.say(who.telegram, text)
    return await stage.telegram.wait_message(who.chat, contains=answer, after=said["message_id"], timeout=_PATIENCE)


async def _taps(stage: Stage, who: Person, message: Json, label: str) -> None:
    stage.clock.forward(_THINKING)
    await stage.telegram.tap(who.telegram, who.chat, message["id"], label)
