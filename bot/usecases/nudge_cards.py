"""A nudge at the moment it is sent: checked again for what may have changed for the worse, then written."""

from datetime import date, datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.nudges import (
    APART,
    DAY,
    MOST_IN_90_DAYS,
    NO_NUDGE_AFTER_GIFT,
    POLICIES,
    SNOOZE,
    Campaigning,
    History,
    PolicyName,
)
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.store import campaigns as campaign_rows
from bot.store import nudges as rows
from bot.store import supporters
from bot.store.db import Connection
from bot.store.nudges import Decision, Past
from bot.store.outbox import Delivery
from bot.usecases import campaign_cards, nudge, own_amounts
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.nudge_policies import Standing, standings
from bot.usecases.outgoing import NotYet, OutOfDate
from bot.usecases.prefer import set_preferences
from bot.usecases.reply import Reply
from content import messages_nudge as words
from content.cards import Card, Tap
from content.writer import Choice
from payments.reference import Touch, TouchKind

_PREFERENCES = Tap(action="prefs")
_AN_INSTANT = timedelta(microseconds=1)  # what ends at midnight lasts until the day before


async def card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """The message. Raises OutOfDate where it must not be sent any more, NotYet where it must wait."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        decision = await rows.by_id(conn, int(delivery.args["decision"]))
        assert decision is not None
        past = (await rows.pasts(conn, [person.id], now, now))[person.id]
        agreed = await supporters.preferences(conn, person.id)
        before = await rows.arrived(conn, person.id, now - 90 * DAY)
        snoozed = await rows.snoozed_until(conn, person.id)
        held = await nudge.is_held(conn)
        policy = (await standings(conn))[PolicyName(decision.policy)]
        campaign = (await campaign_rows.by_ids(conn, [decision.campaign_id]))[decision.campaign_id]
        campaigning = await nudge.campaigning(conn, campaign, now)
    if Preference.REMINDERS not in agreed:
        raise OutOfDate("they agree to reminders no more")
    if past.in_trouble or (past.gifts and now < past.gifts[-1].paid_at + NO_NUDGE_AFTER_GIFT):
        raise OutOfDate("they gave, or a gift of theirs is in trouble")
    if len(before) >= MOST_IN_90_DAYS or (before and now < before[-1] + APART):
        raise OutOfDate("an earlier one waited and came late; this one would come too soon after it")
    if snoozed is not None and now < snoozed:
        raise OutOfDate("they want none for now")
    if not policy.on or not campaign.is_open(now):
        raise OutOfDate("the policy was switched off, or the campaign has ended")
    if not _still_due(decision, policy, past, campaigning, now):
        raise OutOfDate("what it says is true no more")
    if held:
        raise NotYet(None, "staff hold them")
    if (awake := quiet_until(now, known_zone(person.time_zone, ctx.zone), ENDS_FOR_NUDGES)) is not None:
        raise NotYet(awake, "they sleep")
    text = policy.texts[decision.text].get(person.locale, "") if decision.text < len(policy.texts) else ""
    amounts = await own_amounts.choose(ctx, campaign, person)
    choices = campaign_cards.personal_choices(ctx, campaign, person, Touch(TouchKind.NUDGE, decision.id), amounts)
    until = campaign.last_day
    if decision.policy == PolicyName.MATCH_OPEN and campaigning.match_until is not None:
        until = _day(ctx, person, campaigning.match_until - _AN_INSTANT)
    return await _written(ctx, decision, campaign, person, text, choices, until)


def _still_due(decision: Decision, policy: Standing, past: Past, campaigning: Campaigning, now: datetime) -> bool:
    """Whether the policy would say the same today: a sponsor's pool may be empty, a goal reached, an end moved.

    One that staff held back for weeks, or that lay in wait through an outage, is not sent after its time either.
    """
    history = History(gifts=[gift.paid_at for gift in past.gifts])
    due = POLICIES[policy.name](history, campaigning, policy.numbers, now)
    return due is not None and due.reason == decision.reason and due.at <= now < due.until


async def _written(
    ctx: Context,
    decision: Decision,
    campaign: Campaign,
    person: Supporter,
    text: str,
    choices: tuple[Choice, ...],
    until: date | None,
) -> Card:
    view = words.NudgeView(
        kind=PolicyName(decision.policy).value,
        charity=ctx.charity,
        campaign=campaign.authored,
        standing=campaign_cards.standing(campaign),
        choices=choices,
        not_now=Tap(action=f"later:{decision.id}"),
        stop=Tap(action=f"enough:{decision.id}"),
        text=text,
        until=until,
        picture=await campaign_cards.picture(ctx, campaign, person.locale),
        other=campaign_cards.other_amount(ctx, campaign, person, Touch(TouchKind.NUDGE, decision.id)),
    )
    return words.nudge(ctx.catalog, person.locale, view)


async def not_now(ctx: Context, contact: Contact, argument: str) -> Reply:
    """« Pas maintenant »: nothing for 30 days."""
    person = await who(ctx, contact)
    until = ctx.clock() + SNOOZE
    async with ctx.db.write() as conn:
        await rows.snooze(conn, person.id, until)
        if (decision := await _own(conn, person, argument)) is not None:
            await rows.end(conn, decision.id, "later", ctx.clock())
    return Reply(card=words.nudge_later(ctx.catalog, person.locale, _day(ctx, person, until), _PREFERENCES))


async def enough(ctx: Context, contact: Contact, argument: str) -> Reply:
    """« Ne plus en recevoir »: reminders are off; news stay as they were."""
    person = await who(ctx, contact)
    await set_preferences(ctx, person, [Preference.REMINDERS], False)
    async with ctx.db.write() as conn:
        if (decision := await _own(conn, person, argument)) is not None:
            await rows.end(conn, decision.id, "stopped", ctx.clock())
    return Reply(card=words.nudge_stopped(ctx.catalog, person.locale, _PREFERENCES))


async def _own(conn: Connection, person: Supporter, argument: str) -> Decision | None:
    """The decision behind a button; somebody else's is nobody's business."""
    found = await rows.by_id(conn, int(argument)) if argument.isdigit() and len(argument) < 20 else None
    return found if found is not None and found.supporter_id == person.id else None


def _day(ctx: Context, person: Supporter, when: datetime) -> date:
    """The day where the person lives."""
    return when.astimezone(known_zone(person.time_zone, ctx.zone)).date()
