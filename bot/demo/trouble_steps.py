"""Steps about what goes wrong for staff: a broadcast that is days late, and a group that gets another chat id."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.demo.environment import Environment
from bot.demo.narration import Step
from bot.demo.people import READERS
from bot.demo.scenario_state import ScenarioState, button
from bot.demo.sharing_steps import let_leave
from bot.domain.broadcasts import Segment
from bot.store.campaigns import places, posted
from bot.store.staff import staff
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import publish
from content.broadcast import Message

_TONIGHT = Message(texts={"fr": "Ce soir à 19 h, on emballe!", "en": "Tonight at 7, we pack!"})
_OFF = timedelta(days=4)
_PATIENCE = 15.0  # seconds that a person waits for the bot


async def late_broadcast(env: Environment, state: ScenarioState, step: Step) -> None:
    """The bot is off when Nadia's broadcast is due. Four days later it waits for her, and leaves once she says so."""
    nadia, ctx, campaign = env.people["nadia"], env.app.ctx, await env.campaign()
    tonight = ctx.clock() + timedelta(hours=3)
    spec = Spec(campaign_id=campaign.id, message=_TONIGHT, segment=Segment(), starts_at=tonight)
    async with ctx.db.read() as conn:
        member = await staff.find(conn, "telegram", str(nadia.chat))
    assert member is not None
    assert await submit(ctx, member, spec) is not None
    await env.all_sent()
    env.clock.forward(_OFF)  # nothing of the bot ran meanwhile
    held = await env.telegram.wait_message(nadia.chat, contains="plus d’une heure de retard", timeout=_PATIENCE)
    step.quote(held["text"])
    seen = [message["text"] or "" for name in READERS for message in env.telegram.view(env.neighbours[name]["id"])]
    got = [text for text in seen if "Ce soir" in text or "Tonight" in text]
    step.check("people who read “tonight at 7” four days later", len(got), 0)
    step.holds("Nadia can drop it with one tap", button(held, "Arrêter"))
    await env.telegram.tap(nadia.telegram, nadia.chat, held["id"], "L’envoyer maintenant")
    await let_leave(env, "staff")
    reader = env.neighbours["Mathilde"]["id"]
    news = await env.telegram.wait_message(reader, contains="Ce soir", timeout=_PATIENCE)
    step.holds("after her tap it leaves", news)


async def group_upgraded(env: Environment, state: ScenarioState, step: Step) -> None:
    """A group with a live card becomes a supergroup, and the bot hears of the new chat first."""
    ctx, campaign, telegram = env.app.ctx, await env.campaign(), env.app.platforms[0]
    group = env.telegram.add_chat("group", "Les bénévoles", owner=env.people["nadia"].telegram)
    await _connected(env, str(group["id"]))
    for _ in range(3):  # so that the card's number exists in the new chat too
        env.telegram.say(env.people["nadia"].telegram, "Bonjour!", group)
    made = await publish.post(ctx, telegram, campaign, str(group["id"]), "fr")
    old = next(m for m in env.telegram.view(group) if m["from_bot"])
    new = env.telegram.migrate(group, new_first=True)
    said = [env.telegram.say(env.people["nadia"].telegram, "Nous voilà!", new) for _ in range(old["id"])]
    card = await env.telegram.wait_message(new, contains=campaign.authored.name.fr, timeout=_PATIENCE)
    step.quote(card["text"])
    async with ctx.db.read() as conn:
        found = [place for place in await places.all_places(conn) if place.title == "Les bénévoles"]
        cards = [card.id for card in await posted.in_chat(conn, "telegram", str(new["id"]))]
    step.check("places called Les bénévoles", [place.chat_id for place in found], [str(new["id"])])
    untouched = [m for m in env.telegram.view(new) if m["id"] in {each["message_id"] for each in said}]
    step.check("messages of people that were changed", [m["id"] for m in untouched if m["edited"]], [])
    step.check("live cards there, posted again and still named by their links", cards, [made.id])


async def _connected(env: Environment, chat: str) -> None:
    """Wait until the bot has noticed that it was added to a group, and let it post there."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with env.app.ctx.db.write() as conn:
                place = await places.at_chat(conn, "telegram", chat)
                if place is not None:
                    await places.set_purpose(conn, place.id, places.PUBLIC, "fr")
                    return
            await asyncio.sleep(0.05)
