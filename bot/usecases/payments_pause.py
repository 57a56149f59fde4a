"""Pause all payments: every open campaign rests, and every payment link is switched off at Stripe, also those in chats.

The switch is turned in one transaction; `tick` then tells Stripe, link by link, until all have been told, after a crash
too. A link that Stripe refuses to change is reported to staff and not tried again. The links' rows stay as they are, so
that resuming switches the same links on again. Monthly gifts that have begun go on: they need no link. A page that
somebody has open at Stripe can still be paid until it ends, within a day.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.campaigns import CampaignState
from bot.domain.staff import Member
from bot.store import campaigns as campaign_rows
from bot.store import links as link_rows
from bot.store import staff, switches
from bot.store.links import StoredLink
from bot.store.switches import PAYMENTS, Switch
from bot.usecases import own_links
from bot.usecases.context import Context
from bot.usecases.isolate import each
from bot.usecases.staff.handling import note, tell_all
from content.messages_web import paused_text
from payments.stripe import GatewayUnavailable, KeyRefused, LinkGone


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Since when, and by whom (a label; empty: the terminal)."""

    since: datetime
    by: str


async def paused(ctx: Context) -> Paused | None:
    """Return since when payments are paused, or None while they are not."""
    async with ctx.db.read() as conn:
        found = await switches.read(conn, PAYMENTS)
        if found is None or not found.on:
            return None
        who = (await staff.by_ids(conn, [found.by])).get(found.by) if found.by is not None else None
    return Paused(since=found.at, by="" if who is None else who.label)


async def pause(ctx: Context, who: Member) -> bool:
    """Stop all new gifts at once; False where they are stopped already."""
    async with ctx.db.write() as conn:
        if await switches.payments_paused(conn):
            return False
        resting = [
            one.id
            for one in await campaign_rows.everything(conn)
            if await campaign_rows.set_state(conn, one.id, CampaignState.OPEN, CampaignState.PAUSED)
        ]
        value = {"campaigns": resting, "told": False}
        await switches.turn(conn, Switch(name=PAYMENTS, on=True, value=value, at=ctx.clock(), by=who.id or None))
        await note(ctx, conn, who, "payments.paused")
        await tell_all(ctx, conn, f"payments_paused:{ctx.ids.new()}", "payments_paused", by=who.label)
    return True


async def resume(ctx: Context, who: Member) -> bool:
    """Take gifts again, for the campaigns that took them before; False where nothing was paused."""
    async with ctx.db.write() as conn:
        found = await switches.read(conn, PAYMENTS)
        if found is None or not found.on:
            return False
        for campaign_id in found.value["campaigns"]:
            await campaign_rows.set_state(conn, campaign_id, CampaignState.PAUSED, CampaignState.OPEN)
        now = Switch(name=PAYMENTS, on=False, value={"told": False}, at=ctx.clock(), by=who.id or None)
        await switches.turn(conn, now)
        await note(ctx, conn, who, "payments.resumed")
        await tell_all(ctx, conn, f"payments_resumed:{ctx.ids.new()}", "payments_resumed", by=who.label)
    return True


async def tick(ctx: Context) -> int:
    """Tell Stripe what the switch says, link by link; how many were told. Run by the schedule.

    What must wait (Stripe is away, or refuses our key) is tried again; the others are not asked twice.
    """
    async with ctx.db.read() as conn:
        found = await switches.read(conn, PAYMENTS)
        if found is None or (found.value["told"] and not found.on):
            return 0
        stored = [] if found.value["told"] else await link_rows.active(conn)
        of = await campaign_rows.by_ids(conn, {link.campaign_id for link in stored})
    done = set(found.value.get("done", []))
    alive = [
        link for link in stored if link.stripe_id not in done and of[link.campaign_id].state is not CampaignState.CLOSED
    ]
    waiting: set[str] = set()

    async def tell(link: StoredLink) -> bool:
        try:
            if found.on:
                message = paused_text(ctx.catalog, of[link.campaign_id].authored)
                await ctx.gateway.deactivate_link(link.stripe_id, message)
            else:
                await ctx.gateway.activate_link(link.stripe_id)
        except LinkGone:
            pass  # `links.mend` makes another one
        except (GatewayUnavailable, KeyRefused):
            waiting.add(link.stripe_id)
            raise
        return True

    told = await each(ctx, "payments pause", alive, tell, name=lambda link: link.stripe_id)
    if not found.value["told"] and (len(waiting) < len(alive) or not alive):
        await _keep(ctx, found, sorted(done | {link.stripe_id for link in alive} - waiting), told=not waiting)
    return told + (await own_links.close_before(ctx, ctx.clock()) if found.on else 0)


async def _keep(ctx: Context, found: Switch, done: list[str], *, told: bool) -> None:
    """Remember which links need not be told again, unless the switch has been turned since."""
    async with ctx.db.write() as conn:
        now = await switches.read(conn, PAYMENTS)
        if now is not None and now.at == found.at:
            value = {**now.value, "told": told, "done": [] if told else done}
            await switches.turn(conn, replace(now, value=value))
