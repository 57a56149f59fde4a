"""Steps about sharing: a supporter invites a friend, and staff announce a milestone and send news."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from bot.demo.environment import Environment
from bot.demo.history import amount_links
from bot.demo.narration import Step
from bot.demo.people import READERS, Json, Person
from bot.demo.scenario_state import NBSP, ScenarioState, button, check_counters, plain
from bot.domain.broadcasts import COUNTDOWN, Broadcast, BroadcastState
from bot.domain.lateral import EVERYTHING
from bot.store.broadcasts import broadcasts
from bot.usecases.broadcasts import lifecycle
from bot.usecases.reports import lateral_reach

_NEWS = ("Les trente habits sont **commandés**.", "The thirty snowsuits are **on order**.")
_ARRIVES = "Les trente habits sont commandés."
_NEARLY = COUNTDOWN.total_seconds() - 10
_THINKING = timedelta(seconds=6)  # before a person writes or taps
_PATIENCE = 15.0  # seconds that a person waits for the bot


async def camille_invites(env: Environment, state: ScenarioState, step: Step) -> None:
    """Camille asks for her own invite."""
    camille = env.people["camille"]
    invite = await asks(env, camille, "/inviter", "start=i_")
    step.quote(invite["text"])
    addresses = re.findall(r"https?://\S+", invite["text"])
    state.invite = next(url for url in addresses if "t.me" in url)
    step.holds("a link of her own into the bot", state.invite)
    step.holds("a web address for everywhere else", any("/i/" in url for url in addresses))
    step.holds("one tap passes it on", "t.me/share" in button(invite, "Envoyer sur Telegram")["value"])


async def ines_comes(env: Environment, state: ScenarioState, step: Step) -> None:
    """Inès reads whose invite brought her, and gives."""
    ines, campaign = env.people["ines"], await env.campaign()
    env.telegram.tap_link(ines.telegram, state.invite)
    card = await env.telegram.wait_message(ines.chat, contains="vous invite", timeout=_PATIENCE)
    step.quote("\n".join(card["text"].splitlines()[2:]))
    await env.pay(amount_links(card)[1000])
    state.add_gift(1000)
    await env.telegram.wait_message(ines.chat, contains="Merci!", timeout=_PATIENCE)
    found = await lateral_reach.lateral(env.app.ctx, EVERYTHING)
    step.holds("she is told that Camille will see neither her name nor her gifts", "ne verra ni" in card["text"])
    step.check("donors brought by people", found.new_donors_brought, 1)
    step.check("gifts by an invite (how many, cents)", found.gifts_by_invite[campaign.goal.currency], (1, 1000))
    circle = await asks(env, env.people["camille"], "/cercle", "Une personne")
    step.holds("Camille's circle counts a person, and says nothing of gifts", "$" not in circle["text"])
    await check_counters(env, state, step)


async def half_way(env: Environment, state: ScenarioState, step: Step) -> None:
    """Nadia approves the milestone that the neighbours crossed; five minutes later it is announced."""
    nadia = env.people["nadia"]
    notice = await env.telegram.wait_message(nadia.chat, contains="a franchi une étape", timeout=_PATIENCE)
    step.quote(notice["text"])
    await taps(env, nadia, notice, "Annoncer")
    countdown, _ = await let_leave(env, "milestone")
    said = f"{state.raised // 100}{NBSP}$ sur 600{NBSP}$, soit"  # the total at the moment of sending
    on_telegram = await env.telegram.wait_message(env.channel, contains=said, timeout=_PATIENCE)
    on_discord = await env.discord.wait_message(env.room, contains="of the goal. Thank you!", timeout=_PATIENCE)
    step.quote(on_telegram["text"])
    step.quote(on_discord["text"])
    step.holds("it waited for a yes, and then five minutes in which any editor could stop it", countdown > _NEARLY)
    announced = [m for m in env.telegram.view(env.channel) if said in (m["text"] or "")]
    step.check("times it stands in the channel", len(announced), 1)


async def nadia_tells(env: Environment, state: ScenarioState, step: Step) -> None:
    """Nadia writes and sends a broadcast. Camille agreed to news; she gave today, so it asks her for nothing."""
    nadia, camille = env.people["nadia"], env.people["camille"]
    choices = await asks(env, camille, "/preferences", "Vos préférences")
    await taps(env, camille, choices, "Activer les nouvelles")
    menu = await asks(env, nadia, "/diffusion", "Diffusions")
    await taps(env, nadia, menu, "Nouvelle diffusion")
    await env.telegram.wait_message(nadia.chat, contains="Texte français", after=menu["id"], timeout=_PATIENCE)
    await asks(env, nadia, _NEWS[0], "Texte anglais")
    draft = await asks(env, nadia, _NEWS[1], "Brouillon")
    await taps(env, nadia, draft, "Aperçu et envoi")
    review = await env.telegram.wait_message(
        nadia.chat, contains="Avant l’envoi", after=draft["id"] - 1, timeout=_PATIENCE
    )
    step.quote(plain(review["text"]))
    readers = len(READERS) + 1
    step.holds("who gets it is counted first", f"{readers} personnes le recevront." in review["text"])
    step.holds("and who does not, and why", "n’ont pas accepté vos nouvelles" in review["text"])
    await taps(env, nadia, review, "Envoyer")
    _, sent = await let_leave(env, "staff")
    news = await env.telegram.wait_message(camille.chat, contains=_ARRIVES, timeout=_PATIENCE)
    step.quote(news["text"])
    step.check("people who got it", await _sent(env, sent), readers)
    step.holds("Camille, who has just given, is asked for nothing", len(news["buttons"]) == 1)
    step.holds("one tap ends such news", button(news, "Arrêter les nouvelles"))


async def let_leave(env: Environment, kind: str) -> tuple[float, Broadcast]:
    """Wait for the newest broadcast of this kind and skip its countdown; return the countdown in seconds and the
    finished broadcast.
    """
    counting = await _in_state(env, kind, BroadcastState.COUNTDOWN)
    assert counting.starts_at is not None
    left = counting.starts_at - env.clock()
    await env.let_pass(left)
    return left.total_seconds(), await _in_state(env, kind, BroadcastState.DONE)


async def _in_state(env: Environment, kind: str, state: BroadcastState) -> Broadcast:
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with env.app.ctx.db.read() as conn:
                found = next((latest for latest in await broadcasts.latest(conn, 5) if latest.kind == kind), None)
            if found is not None and found.state is state:
                return found
            await lifecycle.tick(env.app.ctx)  # as the schedule does every second
            await asyncio.sleep(0.1)


async def _sent(env: Environment, found: Broadcast) -> int:
    async with env.app.ctx.db.read() as conn:
        return sum(people for _, state, _, people in await broadcasts.outcomes(conn, found.id) if state == "sent")


async def asks(env: Environment, who: Person, text: str, answer: str) -> Json:
    """Let a person think and write to the bot; return its answer."""
    env.clock.forward(_THINKING)
    said = env.telegram.say(who.telegram, text)
    return await env.telegram.wait_message(who.chat, contains=answer, after=said["message_id"], timeout=_PATIENCE)


async def taps(env: Environment, who: Person, message: Json, label: str) -> None:
    env.clock.forward(_THINKING)
    await env.telegram.tap(who.telegram, who.chat, message["id"], label)
