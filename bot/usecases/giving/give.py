"""Give: show a campaign, and turn an amount into one tap on Stripe's page."""

from bot.domain.amounts import Ambiguous, NotUnderstood, OtherCurrency, OutOfRange, Reading, is_number_word, read_amount
from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.ids import read_id
from bot.domain.people import Locale, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.giving import campaign_cards, links, own_links
from bot.usecases.reply import AwaitedGift, Reply
from content.cards import Tap
from content.messages import campaigns, monthly
from content.messages import giving as messages
from content.writer import Choice
from payments.money import Money
from payments.reference import Touch, TouchKind

COMMAND = Touch(TouchKind.COMMAND)
_MOST_SHOWN = 5  # campaigns to choose from in one message


async def by_command(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """`/give [amount] [campaign]`, in either order: a word that is an open campaign's name is one."""
    open_now = await _open_campaigns(ctx)
    tokens = argument.split()
    named_campaign = next((c for c in open_now if c.slug in (t.lower() for t in tokens)), None)
    amount = " ".join(t for t in tokens if named_campaign is None or t.lower() != named_campaign.slug)
    if named_campaign is None and (other := await _named_by(ctx, tokens)):
        return await of_campaign(ctx, supporter, other, COMMAND)
    if named_campaign is None and open_now and (reading := _beside_an_unknown_name(tokens, open_now[0])) is not None:
        return _unknown(ctx, supporter.locale, open_now, reading)
    return await _for_one(ctx, supporter, named_campaign, amount, open_now)


async def by_id(ctx: Context, supporter: Supporter, campaign_id: int, minor: int | None, touch: Touch) -> Reply:
    """Handle a shared card's button or a deep link: the campaign, and the amount that was tapped."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    if campaign is None:
        return _unknown(ctx, supporter.locale, await _open_campaigns(ctx))
    if not minor:
        return await of_campaign(ctx, supporter, campaign, touch)
    return await _of_amount(ctx, supporter, campaign, Money(minor, campaign.goal.currency), touch)


async def by_amount(ctx: Context, supporter: Supporter, text: str) -> Reply | None:
    """Handle a message that is nothing but an amount, in figures or words; None if it is not."""
    open_now = await _open_campaigns(ctx)
    if not open_now:
        return None
    if isinstance(_read(text, open_now[0]), NotUnderstood) and not is_number_word(text):
        return None
    return await _for_one(ctx, supporter, None, text, open_now)


async def of_campaign(ctx: Context, supporter: Supporter, campaign: Campaign, touch: Touch) -> Reply:
    """Return the campaign's card with personal links."""
    if not campaign.is_open(ctx.clock()):
        return _closed(ctx, supporter.locale, campaign, await _open_campaigns(ctx))
    card = await campaign_cards.private_card(ctx, campaign, supporter, touch)
    return Reply(card=card, awaited_gift=AwaitedGift(supporter.address_id, campaign.id))


async def _for_one(
    ctx: Context,
    supporter: Supporter,
    named: Campaign | None,
    amount: str,
    open_now: list[Campaign],
    touch: Touch = COMMAND,
) -> Reply:
    locale = supporter.locale
    if not open_now:
        return Reply(card=messages.nothing_open(ctx.catalog, locale, preferences=PREFERENCES))
    if named is None and len(open_now) > 1:
        return _choose(ctx, locale, open_now, amount, touch)
    campaign = named or open_now[0]
    if not amount:
        return await of_campaign(ctx, supporter, campaign, touch)
    reading = _read(amount, campaign)
    if isinstance(reading, Money):
        return await _of_amount(ctx, supporter, campaign, reading, COMMAND)
    return await _problem(ctx, supporter, campaign, reading)


async def _of_amount(ctx: Context, supporter: Supporter, campaign: Campaign, money: Money, touch: Touch) -> Reply:
    """Return one button for this amount. The amount is checked again: a button may be older than the rules."""
    if not campaign.is_open(ctx.clock()):
        return _closed(ctx, supporter.locale, campaign, await _open_campaigns(ctx))
    if not campaign.minimum.minor <= money.minor <= campaign.cap.minor:
        low = money.minor < campaign.cap.minor
        limit = campaign.minimum if low else campaign.cap
        return await _problem(ctx, supporter, campaign, OutOfRange("below_minimum" if low else "above_cap", limit))
    for_one = await own_links.url_for(ctx, campaign, money.minor, supporter, touch)
    own_link = for_one is not None or await links.ensure_for_typed_amount(ctx, campaign, money.minor, supporter)
    minor = money.minor if own_link else links.ANY_AMOUNT
    url = for_one or links.personal_url(
        ctx, campaign.id, minor, supporter_id=supporter.id, touch=touch, locale=supporter.locale
    )
    if url is None:
        return await of_campaign(ctx, supporter, campaign, touch)
    total = ctx.card_fee.covering(money.minor)
    cover = Tap(action=f"cover:{campaign.id}:{money.minor}") if own_link and total <= campaign.cap.minor else None
    choice = Choice(money=money, tap=Tap(url=url))
    card = messages.confirm_amount(
        ctx.catalog, supporter.locale, campaign=campaign.authored, choice=choice, cover=cover
    )
    return Reply(card=card, awaited_gift=AwaitedGift(supporter.address_id, campaign.id))


async def cover_fee(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """« Couvrir aussi les frais »: show the total before paying. `cover:<campaign>:<minor units>`."""
    name, _, digits = argument.partition(":")
    campaign_id, minor = read_id(name), read_id(digits)
    if campaign_id is None or minor is None:
        return await by_command(ctx, supporter, "")
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    if campaign is None or not campaign.is_open(ctx.clock()):
        return await by_id(ctx, supporter, campaign_id, None, COMMAND)
    money = Money(minor, campaign.goal.currency)
    total = Money(ctx.card_fee.covering(money.minor), money.currency)
    fits = campaign.minimum.minor <= money.minor and total.minor <= campaign.cap.minor
    for_one = await own_links.url_for(ctx, campaign, total.minor, supporter, COMMAND) if fits else None
    if for_one is None and not (fits and await links.ensure_for_typed_amount(ctx, campaign, total.minor, supporter)):
        return await _of_amount(ctx, supporter, campaign, money, COMMAND)
    url = for_one or links.personal_url(
        ctx, campaign.id, total.minor, supporter_id=supporter.id, touch=COMMAND, locale=supporter.locale
    )
    if url is None:
        return await of_campaign(ctx, supporter, campaign, COMMAND)
    fee = Money(total.minor - money.minor, money.currency)
    choice = Choice(money=total, tap=Tap(url=url))
    card = monthly.cover(ctx.catalog, supporter.locale, money, fee, choice)
    return Reply(card=card, mode="edit", awaited_gift=AwaitedGift(supporter.address_id, campaign.id))


PREFERENCES = Tap(action="prefs")


def show_tap(campaign: Campaign, minor: int | None = None, touch: Touch = COMMAND) -> Tap:
    """Return the tap that shows a campaign (and an amount already typed)."""
    origin = "" if touch == COMMAND else f":{touch.kind}{touch.id}"
    return Tap(action=f"give:{campaign.id}:{minor or 0}{origin}")


def _read(text: str, campaign: Campaign) -> Reading:
    return read_amount(text, code=campaign.goal.currency, minimum=campaign.minimum, maximum=campaign.cap)


async def _problem(ctx: Context, supporter: Supporter, campaign: Campaign, reading: Reading) -> Reply:
    choices, other = await campaign_cards.own_choices(ctx, campaign, supporter, COMMAND)
    limit = campaign.minimum
    problem: messages.AmountProblem = "not_understood"
    match reading:
        case Ambiguous(candidates):
            problem = "ambiguous"
            choices = (
                tuple(
                    Choice(money=m, tap=show_tap(campaign, m.minor))
                    for m in candidates
                    if limit.minor <= m.minor <= campaign.cap.minor
                )
                or choices
            )
        case OtherCurrency():
            problem = "other_currency"
        case OutOfRange(kind, limit_of):
            problem, limit = kind, limit_of
        case _:
            pass
    view = messages.AmountProblemView(
        problem=problem,
        choices=choices,
        own=limit,
        other=other,
        contact=ctx.charity.contact,
    )
    card = messages.amount_problem(ctx.catalog, supporter.locale, view)
    return Reply(card=card, awaited_gift=AwaitedGift(supporter.address_id, campaign.id))


def _choose(ctx: Context, locale: Locale, open_now: list[Campaign], amount: str, touch: Touch) -> Reply:
    reading = _read(amount, open_now[0]) if amount else None
    money = reading if isinstance(reading, Money) else None
    options = tuple(
        messages.CampaignOption(campaign=c.authored, tap=show_tap(c, money.minor if money else None, touch))
        for c in open_now[:_MOST_SHOWN]
    )
    card = messages.choose_campaign(ctx.catalog, locale, options=options, money=money)
    return Reply(card=card)


def _beside_an_unknown_name(tokens: list[str], campaign: Campaign) -> Reading | None:
    """Read what was typed beside an unknown campaign name; None if all of it may be an amount."""
    text = " ".join(tokens)
    if not tokens or is_number_word(text) or not isinstance(_read(text, campaign), NotUnderstood):
        return None
    figures = [token for token in tokens if any(c.isdigit() for c in token) or not any(c.isalpha() for c in token)]
    beside = _read(" ".join(figures), campaign)
    return None if figures and isinstance(beside, NotUnderstood) else beside


def _unknown(
    ctx: Context,
    locale: Locale,
    open_now: list[Campaign],
    reading: Reading = NotUnderstood(),  # noqa: B008 - frozen
) -> Reply:
    """Offer the open campaigns, with the amount that was typed if it is valid."""
    minor = reading.minor if isinstance(reading, Money) else None
    options = tuple(
        messages.CampaignOption(campaign=c.authored, tap=show_tap(c, minor)) for c in open_now[:_MOST_SHOWN]
    )
    return Reply(card=messages.campaign_unknown(ctx.catalog, locale, options=options))


def _closed(ctx: Context, locale: Locale, campaign: Campaign, open_now: list[Campaign]) -> Reply:
    if campaign.state is CampaignState.PAUSED:
        other = show_tap(open_now[0]) if open_now else None
        return Reply(card=campaigns.paused(ctx.catalog, locale, campaign.authored, other))
    card = messages.campaign_closed(
        ctx.catalog,
        locale,
        campaign=campaign.authored,
        ended_on=campaign.last_day,
        open_campaign=show_tap(open_now[0]) if open_now else None,
    )
    return Reply(card=card)


async def _open_campaigns(ctx: Context) -> list[Campaign]:
    async with ctx.db.read() as conn:
        return await campaign_rows.open_campaigns(conn, ctx.clock())


async def _named_by(ctx: Context, tokens: list[str]) -> Campaign | None:
    """Return a campaign of any state whose name was typed, or None."""
    async with ctx.db.read() as conn:
        everything = await campaign_rows.all_campaigns(conn) if tokens else []
    return next((c for c in everything if c.slug in (t.lower() for t in tokens)), None)


async def campaign_choices(ctx: Context, locale: Locale, typed: str) -> list[tuple[str, str]]:
    """Return (slug, name) of open campaigns for Discord's autocompletion, at most 25."""
    wanted = typed.strip().casefold()
    pairs = [(c.slug, c.authored.name.get(locale)) for c in await _open_campaigns(ctx)]
    return [(slug, name) for slug, name in pairs if wanted in slug or wanted in name.casefold()][:25]


async def by_choice(ctx: Context, supporter: Supporter, touch: Touch = COMMAND) -> Reply:
    """Return the default view: the open campaign, or a choice of them. `touch`: what brought the person here."""
    return await _for_one(ctx, supporter, None, "", await _open_campaigns(ctx), touch)


async def first_open(ctx: Context) -> Campaign | None:
    """Return the newest open campaign, or None."""
    return next(iter(await _open_campaigns(ctx)), None)
