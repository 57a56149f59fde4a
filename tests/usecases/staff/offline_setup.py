"""Steps that tests of gifts outside Stripe share: what staff type and tap, and what the books say then."""

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import Contact
from bot.platforms.discord.render import render as on_discord
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.money.verify import verify
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from tests.usecase_setup import CAMILLE, all_gifts, hire

INES = Contact(platform="discord", external_id="43", locale="en", private=True)


async def command(ctx: Context, typed: str = "", who: Contact = CAMILLE, verb: str = "add") -> Reply:
    reply = await access_check.on_command(ctx, who, verb, typed)
    assert reply is not None
    return reply


async def tap(ctx: Context, action: str, who: Contact = CAMILLE) -> Reply:
    reply = await access_check.on_action(ctx, who, "of", action.removeprefix("of:"))
    assert reply is not None
    on_discord(reply.card)  # fits
    return reply


async def write(ctx: Context, text: str, who: Contact = CAMILLE) -> Reply:
    person = await member(ctx, who)
    assert person is not None
    reply = await access_check.on_text(ctx, who, person, text)
    assert reply is not None
    return reply


def action(reply: Reply, part: str) -> str:
    """Return the action of the only button whose action contains this."""
    (found,) = [b.action for b in reply.card.buttons if b.action is not None and part in b.action]
    return found


def actions(reply: Reply) -> str:
    return " ".join(str(button.action) for button in reply.card.buttons)


def said(reply: Reply) -> str:
    lines = (reply.card.title, *reply.card.lines, reply.card.note)
    return " ".join(lines).replace("\u00a0", " ").replace("\u202f", " ")


async def add(ctx: Context, typed: str, who: Contact = CAMILLE) -> tuple[Reply, list[Gift]]:
    """Add gifts as typed; return the reply and the new gifts."""
    before = {gift.id for gift in await all_gifts(ctx)}
    review = await command(ctx, typed, who)
    done = await tap(ctx, action(review, ":go"), who)
    return done, [gift for gift in await all_gifts(ctx) if gift.id not in before]


async def campaign_now(ctx: Context, campaign: Campaign) -> Campaign:
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]


async def accounts(ctx: Context) -> dict[str, int]:
    """Return the balances of the books, without zeros; and check that the books are right."""
    found = await verify(ctx)
    assert found.problems == ()
    return {account: minor for (account, _), minor in found.entries_sum.items() if minor}


async def with_team(ctx: Context, campaign: Campaign) -> Campaign:
    """Hire the two editors of these tests."""
    await hire(ctx, CAMILLE, label="Camille", finance=True)
    await hire(ctx, INES, label="Inès", finance=True)
    return campaign
