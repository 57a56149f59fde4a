"""Pause all payments: pause every open campaign and deactivate every payment link at Stripe, even those in chats.

The switch is set in one transaction; `tick` then updates the links at Stripe one by one until all are done, also after
a crash. A link that Stripe refuses to change is reported to staff and not retried. The links' rows do not change, so
that resuming activates the same links. Running monthly gifts continue: they need no link. Open Stripe pages outlive
their link by up to a day, so they are ended once all links are inactive.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.core.switches import PAYMENTS, Switch
from bot.store.giving import links as link_rows
from bot.store.giving.links import StoredLink
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.core.notify import notify_staff
from bot.usecases.giving import open_pages, own_links
from content.messages.web import inactive_text, paused_text
from payments.gateway_errors import concerns_all
from payments.stripe import GatewayRefused, LinkGone

_JOB = "payments pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The pause in effect. `by`: a label; empty: the terminal."""

    since: datetime
    by: str


async def current_pause(ctx: Context) -> Pause | None:
    """Return the pause in effect, or None."""
    async with ctx.db.read() as conn:
        switch = await switches.read(conn, PAYMENTS)
        if switch is None or not switch.on:
            return None
        who = (await staff.by_ids(conn, [switch.by])).get(switch.by) if switch.by is not None else None
    return Pause(since=switch.at, by="" if who is None else who.label)


async def pause(ctx: Context, actor: Member) -> bool:
    """Stop all new gifts at once; return False if already stopped."""
    async with ctx.db.write() as conn:
        if await switches.payments_paused(conn):
            return False
        paused_ids = [
            campaign.id
            for campaign in await campaign_rows.all_campaigns(conn)
            if await campaign_rows.set_state(conn, campaign.id, CampaignState.OPEN, CampaignState.PAUSED)
        ]
        value = {"campaigns": paused_ids, "told": False}
        await switches.set_switch(
            conn, Switch(name=PAYMENTS, on=True, value=value, at=ctx.clock(), by=actor.id or None)
        )
        await log_action(ctx, conn, actor, "payments.paused")
        await notify_staff(ctx, conn, f"payments_paused:{ctx.ids.new()}", "payments_paused", by=actor.label)
    return True


async def resume(ctx: Context, actor: Member) -> bool:
    """Take gifts again, for the campaigns that took them before; return False if nothing was paused."""
    async with ctx.db.write() as conn:
        switch = await switches.read(conn, PAYMENTS)
        if switch is None or not switch.on:
            return False
        for campaign_id in switch.value["campaigns"]:
            await campaign_rows.set_state(conn, campaign_id, CampaignState.PAUSED, CampaignState.OPEN)
        value = {"told": False, "links": [link.stripe_id for link in await link_rows.active(conn)]}
        await switches.set_switch(
            conn, Switch(name=PAYMENTS, on=False, value=value, at=ctx.clock(), by=actor.id or None)
        )
        await log_action(ctx, conn, actor, "payments.resumed")
        await notify_staff(ctx, conn, f"payments_resumed:{ctx.ids.new()}", "payments_resumed", by=actor.label)
    return True


async def tick(ctx: Context) -> int:
    """Update links at Stripe to match the switch; return how many were updated. Run by the schedule.

    Temporary failures are retried; a link that Stripe refuses is not. Raises the GatewayError of an outage or a refused
    key after one request: the schedule then waits longer each time.
    """
    async with ctx.db.read() as conn:
        switch = await switches.read(conn, PAYMENTS)
        if switch is None or (switch.value["told"] and not switch.on):
            return 0
        stored = [] if switch.value["told"] else await link_rows.active(conn)
        of = await campaign_rows.by_ids(conn, {link.campaign_id for link in stored})
    done = set(switch.value.get("done", []))
    left = [
        link for link in stored if link.stripe_id not in done and of[link.campaign_id].state is not CampaignState.CLOSED
    ]

    async def update(link: StoredLink) -> bool:
        if not await _is_unchanged(ctx, switch):
            return False  # the next tick follows the new state
        await _update_link(ctx, switch, link, of[link.campaign_id])
        done.add(link.stripe_id)
        return True

    async def update_once(link: StoredLink) -> bool:
        try:
            return await update(link)
        except GatewayRefused as why:
            if not concerns_all(why):
                done.add(link.stripe_id)
            raise

    try:
        updated = await each_at_stripe(ctx, _JOB, left, update_once, name=_stripe_id, final=(GatewayRefused,))
    finally:
        if not switch.value["told"]:
            await _save_progress(ctx, switch, done, all_done=done.issuperset(link.stripe_id for link in left))
    if not switch.on:
        return updated
    return updated + (await own_links.close_before(ctx, ctx.clock()) or await _end_pages(ctx, switch))


async def _update_link(ctx: Context, switch: Switch, link: StoredLink, campaign: Campaign) -> None:
    try:
        if switch.on:
            await ctx.gateway.deactivate_link(link.stripe_id, paused_text(ctx.catalog, campaign.authored))
        else:
            await ctx.gateway.activate_link(link.stripe_id)
    except LinkGone:
        pass  # `links.repair` creates another one


async def _end_pages(ctx: Context, before: Switch) -> int:
    """End the pages that are still open, once no link opens another one; return how many."""
    async with ctx.db.read() as conn:
        now = await switches.read(conn, PAYMENTS)
    if now is None or now.at != before.at or not now.value["told"] or now.value.get("pages_ended"):
        return 0
    ended = await open_pages.end_all(ctx)
    if ended.all:
        async with ctx.db.write() as conn:
            now = await switches.read(conn, PAYMENTS)
            if now is not None and now.at == before.at:
                await switches.set_switch(conn, replace(now, value={**now.value, "pages_ended": True}))
    return ended.pages


async def _is_unchanged(ctx: Context, before: Switch) -> bool:
    """Return whether the switch has not been changed since it was read."""
    async with ctx.db.read() as conn:
        now = await switches.read(conn, PAYMENTS)
    return now is not None and now.at == before.at


async def _save_progress(ctx: Context, before: Switch, done: set[str], *, all_done: bool) -> None:
    """Store which links are done, unless the switch has been changed since.

    A resume is done only once it has deactivated again what was closed while it activated links: see link_closing.
    """
    closed: set[str] = set()
    while True:
        async with ctx.db.write() as conn:
            now = await switches.read(conn, PAYMENTS)
            if now is None or now.at != before.at:
                return
            # All links that it may have activated, even without a response from Stripe.
            reopened = [] if before.on else await link_rows.inactive(conn, {*now.value.get("links", done)} - closed)
            announced = all_done and not reopened
            value = {**now.value, "told": announced, "done": [] if announced else sorted(done)}
            await switches.set_switch(conn, replace(now, value=value))
        if not (all_done and reopened):
            return
        await each_at_stripe(ctx, _JOB, reopened, lambda link: _close_again(ctx, link), name=_stripe_id)
        closed |= {link.stripe_id for link in reopened}


async def _close_again(ctx: Context, link: StoredLink) -> None:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [link.campaign_id]))[link.campaign_id]
    with suppress(LinkGone):
        await ctx.gateway.deactivate_link(link.stripe_id, inactive_text(ctx.catalog, campaign.authored))


def _stripe_id(link: StoredLink) -> str:
    return link.stripe_id
