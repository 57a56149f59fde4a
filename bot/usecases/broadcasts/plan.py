"""Plan a broadcast: who would get it, how long it takes and whether it may be sent. `submit` sends it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.broadcasts import COUNTDOWN, Audience, Broadcast, BroadcastState, Quiet, Segment
from bot.domain.quiet import BEGINS, ENDS_FOR_BROADCASTS, known_zone, quiet_until
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts as rows
from bot.store.broadcasts import segments
from bot.store.broadcasts.segments import NightZone, Selection
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places
from bot.store.core import switches
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from content.addresses import foreign_address
from content.broadcast import Message
from content.cards import shorten
from content.catalog import LOCALES
from content.rich import BadMarkup, parse

_LATEST = timedelta(days=365)

Refusal = Literal[
    "nobody",
    "language",
    "past",
    "far",
    "gap",
    "closed",
    "ends_before",
    "frozen",
    "reason",
    "empty",
    "place_lost",
    "foreign",
    "markup",
]


class CannotSend(ValueError):
    """A broadcast cannot be sent as it is. `kind` says why; `facts` are arguments for the message."""

    def __init__(self, kind: Refusal, **facts: str | int) -> None:
        super().__init__(kind)
        self.kind: Refusal = kind
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A broadcast as its author wants it. `starts_at` (UTC) None: as soon as the countdown is over."""

    campaign_id: int
    message: Message
    segment: Segment | None  # None: places only
    places: tuple[int, ...] = ()
    quiet: Quiet = Quiet.SILENT
    reason: str | None = None  # of an emergency
    starts_at: datetime | None = None
    picture: bytes | None = None  # PNG
    kind: str = "staff"
    once_key: str | None = None  # unique: a second broadcast with this key is never created


def local_time(ctx: Context, day: date, at: time) -> datetime:
    """Convert a local time at the charity to UTC. Raises CannotSend("gap") if a clock change skips it."""
    zone = ZoneInfo(ctx.zone)
    local = datetime.combine(day, at, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise CannotSend("gap")
    return utc


async def selection(
    ctx: Context,
    conn: Connection,
    segment: Segment,
    campaign_id: int,
    quiet: Quiet,
    *,
    asks: bool,
    now: datetime | None = None,
) -> Selection:
    """Return the selection rule for one moment (UTC; now by default), with the zones in which it is night then."""
    at = now or ctx.clock()
    nights = []
    for zone in await segments.zones(conn):
        ends = quiet_until(at, known_zone(zone, ctx.zone), ENDS_FOR_BROADCASTS)
        if ends is not None:
            nights.append(NightZone(zone=zone, ends=ends))
    return Selection(campaign_id=campaign_id, segment=segment, asks=asks, quiet=quiet, now=at, nights=nights)


async def audience(
    ctx: Context, segment: Segment, campaign_id: int, quiet: Quiet, *, asks: bool, at: datetime | None = None
) -> Audience:
    """Return who would get it, and who would not and why. `at` (UTC): when it would start; default now."""
    async with ctx.db.snapshot() as conn:
        return await segments.count(conn, await selection(ctx, conn, segment, campaign_id, quiet, asks=asks, now=at))


def begins_at(ctx: Context, chosen: datetime | None) -> datetime:
    """Return when a broadcast submitted now would start (UTC): the chosen time, but not before its countdown ends."""
    now = ctx.clock()
    return max(chosen or now, now + COUNTDOWN)


def estimate(ctx: Context, people: Audience) -> timedelta:
    """Estimate the duration at the platforms' pace; the slower one decides."""
    seconds = [
        people.by_platform.get("telegram", 0) / ctx.telegram_per_second,
        people.by_platform.get("discord", 0) * 60 / ctx.discord_dms_per_minute,
    ]
    return timedelta(seconds=round(max(seconds)))


def runs_into_night(ctx: Context, starts: datetime, takes: timedelta) -> bool:
    """Return whether it starts by day, in the charity's zone, and continues into the quiet hours."""
    zone = ZoneInfo(ctx.zone)
    if quiet_until(starts, zone, ENDS_FOR_BROADCASTS) is not None:
        return False
    return starts + takes > datetime.combine(starts.astimezone(zone).date(), BEGINS, zone)


async def why_refused(ctx: Context, spec: Spec) -> CannotSend | None:
    """Return why `submit` would refuse it now, or None."""
    try:
        await _admit(ctx, spec)
    except CannotSend as why:
        return why
    return None


async def submit(ctx: Context, actor: Member | None, spec: Spec, *, override: str | None = None) -> Broadcast | None:
    """Submit a broadcast: to a second person if it is large, else to its countdown.

    `override`: an owner's reason to skip the approval of a large one; audited. Returns None if one with this `once_key`
    exists. Raises CannotSend. Recipients are counted outside the transaction, since counting many takes seconds in
    which no gift could be written. The end of the countdown counts again.
    """
    recipients = await _admit(ctx, spec)
    async with ctx.db.write() as conn:
        await _check(ctx, conn, spec)  # again: it may have changed since
        limit = (await limits.read(ctx, conn)).approve
        if recipients <= limit or actor is None or actor.role is not Role.OWNER:
            override = None  # nothing to override, or not allowed to
        needs_approval = (recipients > limit and override is None) or (spec.kind == "milestone" and actor is None)
        spec = await _with_titles(conn, spec)
        broadcast = _row(
            ctx, actor, spec, BroadcastState.APPROVAL if needs_approval else BroadcastState.COUNTDOWN, override
        )
        if not await rows.add(conn, broadcast, once_key=spec.once_key, picture=spec.picture):
            return None
        args = {"broadcast": broadcast.id, "recipients": recipients, "places": len(spec.places)}
        await log_action(ctx, conn, actor, "broadcast.submitted", **args, quiet=spec.quiet.value, reason=spec.reason,
                   override=override)  # fmt: skip
        by = actor.label if actor is not None else ""
        approval = "milestone_approval" if spec.kind == "milestone" else "broadcast_approval"
        kind = approval if needs_approval else "broadcast_submitted"
        await notify_staff(ctx, conn, f"{kind}:{broadcast.id}", kind, by=by, **args)
    return broadcast


async def _with_titles(conn: Connection, spec: Spec) -> Spec:
    """Return it with the campaign's current name: what is approved is what is sent, even after a rename."""
    name = (await campaign_rows.by_ids(conn, [spec.campaign_id]))[spec.campaign_id].authored.name
    titles = {locale: name.get(locale) for locale in LOCALES}
    return replace(spec, message=spec.message.model_copy(update={"titles": titles}))


async def check_texts(ctx: Context, conn: Connection, message: Message) -> None:
    """Raise CannotSend if a text cannot be shown or links to a foreign site."""
    allowed = await limits.domains_now(ctx, conn)
    for text in message.texts.values():
        try:
            parse(text, allowed)
        except BadMarkup as why:
            raise CannotSend("foreign" if why.kind == "foreign" else "markup", what=shorten(why.what, 40)) from None


async def has_foreign_link(ctx: Context, conn: Connection, broadcast: Broadcast) -> bool:
    """Return whether its text links to a site that is not allowed: stored unchecked, or the site was removed."""
    try:
        await check_texts(ctx, conn, broadcast.message)
    except CannotSend:
        return True
    campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
    # Without its own text, in a language of a milestone too, it shows the campaign's; without titles, its name.
    message = broadcast.message
    has_own = bool(message.texts) and not (message.template == "milestone" and message.missing)
    texts = message.titles.values() if has_own and message.titles else campaign.authored.texts
    allowed = await limits.domains_now(ctx, conn)
    return any(foreign_address(text, allowed) is not None for text in texts)


def _row(ctx: Context, actor: Member | None, spec: Spec, state: BroadcastState, override: str | None) -> Broadcast:
    now = ctx.clock()
    return Broadcast(
        id=ctx.ids.new(),
        kind=spec.kind,
        state=state,
        campaign_id=spec.campaign_id,
        message=spec.message,
        segment=spec.segment,
        places=spec.places,
        quiet=spec.quiet,
        revision=1,
        version=1,
        made_by=actor.id or None if actor is not None else None,
        made_at=now,
        approved_by=actor.id or None if actor is not None and override is not None else None,
        starts_at=begins_at(ctx, spec.starts_at),
        prepared_to=0,
        started_at=None,
        ended_at=None,
        why=spec.reason or override,
    )


async def _admit(ctx: Context, spec: Spec) -> int:
    """Return how many people would get it in private. Raises CannotSend."""
    _check_time(spec, ctx.clock())
    async with ctx.db.snapshot() as conn:
        await _check(ctx, conn, spec)
        recipients = await _count(ctx, conn, spec)
    if not recipients and not spec.places:
        raise CannotSend("nobody")
    return recipients


def _check_time(spec: Spec, now: datetime) -> None:
    if spec.starts_at is not None and spec.starts_at <= now:
        raise CannotSend("past")
    if spec.starts_at is not None and spec.starts_at > now + _LATEST:
        raise CannotSend("far")
    if spec.quiet is Quiet.EMERGENCY and not (spec.reason or "").strip():
        raise CannotSend("reason")


async def _check(ctx: Context, conn: Connection, spec: Spec) -> None:
    """Check everything that does not depend on the recipients. Raises CannotSend."""
    if await switches.is_frozen(conn):
        raise CannotSend("frozen")
    if not spec.message.texts and spec.message.template != "milestone":
        raise CannotSend("empty")
    await check_texts(ctx, conn, spec.message)
    campaign = (await campaign_rows.by_ids(conn, [spec.campaign_id])).get(spec.campaign_id)
    if campaign is None or (spec.message.amounts and not campaign.is_open(ctx.clock())):
        raise CannotSend("closed")  # news without amounts may follow the end
    if spec.message.amounts and not campaign.is_open(begins_at(ctx, spec.starts_at)):
        raise CannotSend("ends_before")
    known = await places.by_ids(conn, spec.places)
    for place_id in spec.places:
        place = known.get(place_id)
        if place is None or place.lost_at is not None or place.purpose != places.PUBLIC:
            raise CannotSend("place_lost", place=place.title if place is not None else str(place_id))
        lacking = [locale for locale in place.locales.split("+") if locale in spec.message.missing]
        if lacking and spec.message.template != "milestone":
            raise CannotSend("language", language=lacking[0])


async def _count(ctx: Context, conn: Connection, spec: Spec) -> int:
    """Return how many people would get it. Raises CannotSend if some lack a text in their language."""
    if spec.segment is None:
        return 0
    rule = await selection(ctx, conn, spec.segment, spec.campaign_id, spec.quiet, asks=spec.message.amounts)
    for locale in LOCALES if spec.message.template != "milestone" else ():
        for_language = replace(rule, segment=replace(spec.segment, locale=spec.segment.locale or locale))
        if locale in spec.message.missing and for_language.segment.locale == locale:
            people = (await segments.count(conn, for_language)).recipients
            if people:
                raise CannotSend("language", language=locale, people=people)
    return (await segments.count(conn, rule)).recipients
