"""Preferences: what a supporter agrees to receive. All are off until accepted; every change is stored."""

from dataclasses import replace

from bot.domain.next_step import AfterGift, Moment, Step, next_steps
from bot.domain.people import APPEALS, Locale, Preference, Supporter
from bot.domain.quiet import known_zone
from bot.domain.rights import Right, may
from bot.store.core.outbox import Delivery
from bot.store.monthly import pledges
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import erasures
from bot.usecases.core.cases import awaits_staff
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.core.stripe_login import login_page
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import nudges as messages_nudge
from content.messages import supporters as messages

OFFERED: tuple[messages.PreferenceKind, ...] = messages.PREFERENCES
_OPEN = Tap(action="prefs")
STOP = Tap(action="stop")


async def show(ctx: Context, supporter: Supporter, *, saved: bool = False) -> Reply:
    """`/preferences`."""
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, supporter.id)
    view = messages.PreferencesView(
        charity=ctx.charity,
        agreed={kind.value: True for kind in agreed},
        offered=OFFERED,
        saved=saved,
        zone=str(known_zone(supporter.time_zone, ctx.zone)) if Preference.REMINDERS in agreed else "",
        write_first=not supporter.may_be_written and bool(agreed.intersection(APPEALS)),
    )
    card = messages.preferences(ctx.catalog, supporter.locale, view)
    return Reply(card=card, mode="edit" if saved else "new")


async def consent_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Render the question asked once, after the first gift.

    Raises Obsolete if they have chosen meanwhile, Deferred while their case or message awaits staff.
    """
    async with ctx.db.read() as conn:
        chosen = await supporters.has_chosen(conn, person.id)
        has_case = await awaits_staff(ctx, conn, person.id)
    facts = AfterGift(moment=Moment.QUESTION, has_chosen=chosen)  # queued after the first gift
    if Step.CONSENT not in next_steps(facts):
        raise Obsolete("they have chosen already")
    if Step.CONSENT not in next_steps(replace(facts, has_case=has_case)):
        raise Deferred(None, "their case or message awaits staff")
    view = messages_nudge.ConsentView(charity=ctx.charity, none=Tap(action="nothanks"), more=_OPEN)
    return messages_nudge.consent(ctx.catalog, person.locale, view)


async def decline(ctx: Context, supporter: Supporter) -> Reply:
    """Handle *No thanks* under that question: store the refusal, so that they are not asked again."""
    await set_preferences(ctx, supporter, list(APPEALS), False)
    return Reply(card=messages_nudge.declined(ctx.catalog, supporter.locale, _OPEN), mode="edit")


async def change(ctx: Context, supporter: Supporter, kind: str, setting: str) -> Reply:
    """Handle a tap on one preference; `setting` is "on" or "off"."""
    if kind in OFFERED and setting in ("on", "off"):
        await set_preferences(ctx, supporter, [Preference(kind)], setting == "on")
    return await show(ctx, supporter, saved=True)


async def change_zone(ctx: Context, supporter: Supporter, zone: str) -> Reply:
    """Set the time zone by which quiet hours are kept."""
    if zone not in messages.ZONES:
        return Reply(card=messages.ask_zone(ctx.catalog, supporter.locale), mode="edit")
    async with ctx.db.write() as conn:
        await supporters.set_time_zone(conn, supporter.address_id, zone)
    return await show(ctx, replace(supporter, time_zone=zone), saved=True)


async def change_language(ctx: Context, supporter: Supporter, locale: str) -> Reply:
    """Set the language; from now on it overrides the platform's."""
    chosen: Locale = "en" if locale == "en" else "fr"
    async with ctx.db.write() as conn:
        await supporters.set_locale(conn, supporter.address_id, chosen)
    return await show(ctx, replace(supporter, locale=chosen, locale_chosen=True), saved=True)


async def stop(ctx: Context, supporter: Supporter) -> Reply:
    """`/stop`: no more appeals or news. Replies and service messages still come.

    Someone who never chose anything also gets a stored refusal, so that they are not asked later.
    """
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, supporter.id)
        chosen = await supporters.has_chosen(conn, supporter.id)
    stopped = [kind for kind in APPEALS if kind in agreed]
    await set_preferences(ctx, supporter, stopped if chosen else list(APPEALS), False)
    async with ctx.db.read() as conn:
        monthly = await pledges.of_supporter(conn, supporter.id)
    theirs = [pledge for pledge in monthly if may(pledge.standing, Right.END_WHEN_FORGOTTEN)]
    going_on = [pledge for pledge in theirs if not pledge.is_last]  # of the others, nothing more is charged
    end = Tap(action=f"mo:end:{going_on[0].subscription}") if going_on else None
    unconfirmed = len(theirs) < len(monthly)
    card = messages.stop_done(
        ctx.catalog,
        supporter.locale,
        charity=ctx.charity,
        preferences=_OPEN,
        undo=Tap(action="unstop:" + "+".join(stopped)) if stopped else None,
        monthly=end,
        unconfirmed=unconfirmed,
        stripe=login_page(ctx) if unconfirmed else None,
    )
    return Reply(card=card)


async def undo_stop(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """Handle `unstop:<kinds>`, the button under the reply to a stop word: agree again to what was stopped."""
    kinds = [kind for kind in APPEALS if kind.value in argument.split("+")]
    if kinds:
        await set_preferences(ctx, supporter, kinds, True)
    return await show(ctx, supporter, saved=True)


async def set_preferences(
    ctx: Context, supporter: Supporter, kinds: list[Preference], accepted: bool, *, because_of: int | None = None
) -> None:
    """Store what someone accepts or declines, with the wording they saw, and reschedule reminders.

    `because_of`: the reminder under which they opted out; None: the latest one, if recent.
    """
    async with ctx.db.write_money() as conn:  # merges hold the same lock: the choice belongs to the merged supporter
        current_id = (await supporters.current_ids(conn, [supporter.id])).get(supporter.id)
        if current_id is None:  # forgotten meanwhile
            return
        if not accepted and Preference.REMINDERS in await supporters.preferences(conn, current_id) & set(kinds):
            await nudges.record_end_of_latest(conn, current_id, "stopped", ctx.clock(), known=because_of)
        for kind in () if accepted else await supporters.preferences(conn, current_id) & set(kinds):
            await erasures.record_opt_out(ctx, conn, current_id, kind)
        for kind in kinds:
            wording = messages.preference_wording(ctx.catalog, supporter.locale, kind.value, ctx.charity)
            await supporters.set_preference(
                conn,
                current_id,
                kind,
                accepted,
                at=ctx.clock(),
                wording=wording,
                change_id=ctx.ids.new(),
            )
        if accepted and Preference.REMINDERS in kinds:
            await nudges.set_next_checks(conn, {current_id: ctx.clock()})
