"""Commands in a group, where others can read along: nobody is looked up or recorded."""

from bot.domain.people import Contact, Locale
from bot.usecases.context import Context
from bot.usecases.giving import campaign_cards, give
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import giving, supporters

_GIVING = frozenset({"give", "share"})


async def answer(ctx: Context, contact: Contact, verb: str | None) -> Reply:
    """Return the campaign's shared card, whose buttons lead into private, or general information.

    For every other command: that it works in private only.
    """
    if verb == "privacy":
        return privacy(ctx, contact.locale)
    if verb == "help":
        return help_card(ctx, contact.locale, None)
    if verb is not None and verb not in _GIVING:
        return Reply(card=supporters.in_private(ctx.catalog, contact.locale, verb))
    campaign = await give.first_open(ctx)
    if campaign is None:
        return Reply(card=giving.nothing_open(ctx.catalog, contact.locale))
    return Reply(card=await campaign_cards.shared_card(ctx, campaign, contact.platform, contact.locale, None))


def privacy(ctx: Context, locale: Locale) -> Reply:
    """Return what is stored about people, and why."""
    return Reply(card=supporters.privacy(ctx.catalog, locale, charity=ctx.charity, saved_cards=ctx.quick_give))


def help_card(ctx: Context, locale: Locale, give_tap: Tap | None) -> Reply:
    """Return the list of commands, and who the charity is. `give_tap`: shows the campaign; None in a group."""
    return Reply(card=supporters.help_card(ctx.catalog, locale, charity=ctx.charity, give=give_tap))
