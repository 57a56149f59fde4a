"""Prefer and stop: what a supporter agrees to. Everything is off until accepted; every change is kept."""

from bot.domain.people import Contact, Locale, Preference, Supporter
from bot.domain.quiet import known_zone
from bot.domain.rights import Right, may
from bot.store.core.outbox import Delivery
from bot.store.monthly import pledges
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import who
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.core.stripe_login import login_page
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import nudges as messages_nudge
from content.messages import supporters as words

OFFERED: tuple[words.PreferenceKind, ...] = words.PREFERENCES
_OPEN = Tap(action="prefs")


async def show(ctx: Context, contact: Contact, *, saved: bool = False) -> Reply:
    """`/preferences`."""
    supporter = await who(ctx, contact)
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, supporter.id)
    view = words.PreferencesView(
        charity=ctx.charity,
        agreed={kind.value: True for kind in agreed},
        offered=OFFERED,
        saved=saved,
        zone=str(known_zone(supporter.time_zone, ctx.zone)) if Preference.REMINDERS in agreed else "",
    )
    card = words.preferences(ctx.catalog, supporter.locale, view)
    return Reply(card=card, mode="edit" if saved else "new")


async def consent_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Asked once, after the first gift. Raises OutOfDate where they have chosen something by then."""
    async with ctx.db.read() as conn:
        chosen = await supporters.has_chosen(conn, person.id)
    if chosen:
        raise Obsolete("they have chosen already")
    view = words.PreferencesView(charity=ctx.charity, agreed={}, offered=OFFERED)
    return messages_nudge.consent(ctx.catalog, person.locale, view)


async def change(ctx: Context, contact: Contact, kind: str, turn: str) -> Reply:
    """A tap on one preference."""
    supporter = await who(ctx, contact)
    if kind in OFFERED and turn in ("on", "off"):
        await set_preferences(ctx, supporter, [Preference(kind)], turn == "on")
    return await show(ctx, contact, saved=True)


async def change_zone(ctx: Context, contact: Contact, zone: str) -> Reply:
    """Where they live, asked where it matters: by what clock their nights are kept."""
    supporter = await who(ctx, contact)
    if zone not in words.ZONES:
        return Reply(card=words.ask_zone(ctx.catalog, supporter.locale), mode="edit")
    async with ctx.db.write() as conn:
        await supporters.set_time_zone(conn, supporter.address_id, zone)
    return await show(ctx, contact, saved=True)


async def change_language(ctx: Context, contact: Contact, locale: str) -> Reply:
    """A tap on the other language: from now on it goes before what the platform says."""
    supporter = await who(ctx, contact)
    chosen: Locale = "en" if locale == "en" else "fr"
    async with ctx.db.write() as conn:
        await supporters.set_locale(conn, supporter.address_id, chosen)
    return await show(ctx, contact, saved=True)


async def stop(ctx: Context, contact: Contact) -> Reply:
    """`/stop`: no more appeals or news. Answers and service messages still come.

    It is kept as a no by somebody who never chose anything too: they are not asked later what they would like.
    """
    supporter = await who(ctx, contact)
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, supporter.id)
        chosen = await supporters.has_chosen(conn, supporter.id)
    appeals = {Preference.NEWS, Preference.REMINDERS}
    await set_preferences(ctx, supporter, sorted(agreed & appeals if chosen else appeals), False)
    async with ctx.db.read() as conn:
        mine = await pledges.of_supporter(conn, supporter.id)
    theirs = [one for one in mine if may(one.standing, Right.END_WHEN_FORGOTTEN)]
    end = Tap(action=f"mo:end:{theirs[0].subscription}") if theirs else None
    unconfirmed = len(theirs) < len(mine)
    view = words.StopView(
        charity=ctx.charity,
        preferences=_OPEN,
        monthly=end,
        unconfirmed=unconfirmed,
        stripe=login_page(ctx) if unconfirmed else None,
    )
    return Reply(card=words.stop_done(ctx.catalog, supporter.locale, view))


async def set_preferences(
    ctx: Context, supporter: Supporter, kinds: list[Preference], accepted: bool, *, because_of: int | None = None
) -> None:
    """Note what somebody agreed to, or no longer does, with the words they saw. Reminders: look at them anew.

    because_of: the reminder under which they said so; without one it is what came in the days before.
    """
    async with ctx.db.write_money() as conn:  # as merges are written: a choice made meanwhile is that of who they are
        mine = (await supporters.current_ids(conn, [supporter.id])).get(supporter.id)
        if mine is None:  # they have had themselves forgotten
            return
        if not accepted and Preference.REMINDERS in await supporters.preferences(conn, mine) & set(kinds):
            await nudges.record_end_of_latest(conn, mine, "stopped", ctx.clock(), known=because_of)
        for kind in kinds:
            wording = words.preference_wording(ctx.catalog, supporter.locale, kind.value, ctx.charity)
            await supporters.set_preference(
                conn,
                mine,
                kind,
                accepted,
                at=ctx.clock(),
                wording=wording,
                change_id=ctx.ids.new(),
            )
        if accepted and Preference.REMINDERS in kinds:
            await nudges.set_next_checks(conn, {mine: ctx.clock()})
