"""Notices to all staff about broadcasts and limits."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.broadcasts import due_at_approval
from bot.domain.people import Locale
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from content.cards import Card, Tap
from content.messages import broadcasts_live as messages
from content.messages import staff_limits

Renderer = Callable[[Context, Notice, Locale], Awaitable[Card]]
_OFFERS: Mapping[str, tuple[str, ...]] = {
    "submitted": ("stop",),
    "approval": ("approve",),
    "countdown": ("stop",),
    "held": ("send", "stop"),
    "late": ("resume", "stop"),  # paused, since it was interrupted
}
_WAITS = ("late", "restored", "approved_late")
_LEAVES = ("submitted", "countdown")


def _news(state: str) -> Renderer:
    async def render(ctx: Context, notice: Notice, locale: Locale) -> Card:
        args = notice.args
        broadcast_id, kind = int(args["broadcast"]), str(args.get("state", state))
        async with ctx.db.read() as conn:
            broadcast = await broadcasts.get(conn, broadcast_id)
            assert broadcast is not None
            campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
        why = str(args.get("why", ""))
        offers = _OFFERS.get("late" if kind == "paused" and why in _WAITS else kind, ())
        more = [(offer, Tap(action=f"bs:{broadcast_id}:{offer}")) for offer in offers]
        if "proposal" in args:
            more = [("fix", Tap(action=f"bf:{args['proposal']}"))]
        leaves = broadcast.starts_at if kind in _LEAVES else None
        was_due = broadcast.starts_at if why in _WAITS else None
        if kind == "approval":
            leaves, was_due = due_at_approval(broadcast, ctx.clock())
        view = messages.NewsView(
            what=kind,
            campaign=campaign.authored.name.get(locale),
            by=str(args.get("by", "")),
            why=why,
            leaves=leaves,
            was_due=was_due,
            zone=ctx.zone,
            recipients=int(args.get("recipients", 0)),
            see=Tap(action=f"bs:{broadcast_id}"),
            more=more,
        )
        return messages.news(ctx.catalog, locale, view)

    return render


async def _limit(ctx: Context, notice: Notice, locale: Locale) -> Card:
    args = notice.args
    return staff_limits.changed(ctx.catalog, locale, args["limit"], args["value"], str(args["by"]))


KINDS: Mapping[str, Renderer] = {
    "broadcast_submitted": _news("submitted"),
    "broadcast_approval": _news("approval"),
    "broadcast_moved": _news("moved"),
    "broadcast_corrected": _news("corrected"),
    "broadcast_fix": _news("fix"),
    "limit_set": _limit,
}
