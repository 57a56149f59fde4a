"""The question "Are you 18 or over?", asked once before a monthly gift. It is stored with its time.

Someone who says no gives single gifts, and gets no reminders. A *no* stays, whichever old button they tap later.
"""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.monthly import pledges
from bot.store.quick_give import cards
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.giving import give, minors
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import adult as messages


async def ask_first(
    ctx: Context, person: Supporter, campaign: Campaign, minor: int = 0, *, how_to_end: Tap | None = None
) -> Reply | None:
    """Return what stands before a monthly gift: the question, or the refusal; None if nothing does.

    `minor`: the amount that they chose already, in minor units. `how_to_end`: shown if they asked about a monthly gift
    they have. Someone who gives monthly is not asked.
    """
    if person.adult:
        return None
    if person.adult is False:
        most = minors.limited(campaign, person).cap
        return Reply(card=messages.refused(ctx.catalog, person.locale, most, give.show_tap(campaign), how_to_end))
    async with ctx.db.read() as conn:
        mine = await pledges.of_supporter(conn, person.id)
    if any(may(pledge.standing, Right.NEWS) for pledge in mine):
        return None
    amount = f":{minor}" if minor else ""
    yes, no = (Tap(action=f"mo:{answer}:{campaign.id}{amount}") for answer in ("adult", "minor"))
    return Reply(card=messages.question(ctx.catalog, person.locale, yes, no, how_to_end))


async def store(ctx: Context, person: Supporter, *, is_adult: bool) -> Supporter:
    """Store the answer; return the person with the one that counts."""
    async with ctx.db.write() as conn:
        await supporters.set_adult(conn, person.id, is_adult, ctx.clock())
        if not is_adult:
            await cards.remove_barred(conn, person.id, ctx.clock())
        return replace(person, adult=await supporters.is_adult(conn, person.id))
