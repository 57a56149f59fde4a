"""Give: show a campaign, and turn an amount into one tap on Stripe's page."""

from bot.domain.amounts import NotUnderstood, Reading, is_number_word
from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.deeplink import read_touch
from bot.domain.ids import read_id
from bot.domain.people import Locale, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.giving import awaited, campaign_cards, links, minors, own_links, typed_amounts
from bot.usecases.reply import AwaitedGift, Reply
from content.cards import Tap
from content.messages import campaigns
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
    campaign = await _by_id(ctx, campaign_id)
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
    if not typed_amounts.is_amount(text, open_now[0]):
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
    return await _of_typed(ctx, supporter, campaign, amount, touch)


async def _of_typed(ctx: Context, supporter: Supporter, campaign: Campaign, text: str, touch: Touch) -> Reply:
    campaign = minors.limited(campaign, supporter)
    reading = typed_amounts.read(text, campaign)
    if isinstance(reading, Money):
        return await _of_amount(ctx, supporter, campaign, reading, touch)
    return await _problem(ctx, supporter, campaign, reading, touch)


# --- an amount asked for in private, after a tap where others can read along ----------------------
async def ask_amount(ctx: Context, supporter: Supporter, campaign_id: int, touch: Touch) -> Reply:
    """Handle "Other amount" of a shared card: ask for it; `touch` is the card's."""
    campaign = await _by_id(ctx, campaign_id)
    if campaign is None or not campaign.is_open(ctx.clock()):
        return await by_id(ctx, supporter, campaign_id, None, touch)
    choices, _ = await campaign_cards.own_choices(ctx, campaign, supporter, touch)
    most = minors.limited(campaign, supporter).cap if supporter.adult is False else None
    view = messages.AskAmountView(campaign=campaign.authored, choices=choices, minimum=campaign.minimum, most=most)
    card = messages.ask_amount(ctx.catalog, supporter.locale, view)
    reply = Reply(card=card, awaited_gift=AwaitedGift(supporter.address_id, campaign.id))
    return await awaited.ask(ctx, supporter, f"give:{campaign.id}:{touch.kind}{touch.id}", reply)


async def on_amount(ctx: Context, supporter: Supporter, argument: str, text: str) -> Reply | None:
    """Handle the amount that was asked for, `<campaign>[:<touch>]`; None if the text is no amount."""
    campaign_id, touch = _campaign_and_touch(argument)
    campaign = await _by_id(ctx, campaign_id or 0)
    if campaign is None or not campaign.is_open(ctx.clock()):
        return await by_amount(ctx, supporter, text)
    if not typed_amounts.is_amount(text, campaign):
        return None
    return await _of_typed(ctx, supporter, campaign, text, touch)


def _campaign_and_touch(argument: str) -> tuple[int | None, Touch]:
    name, _, origin = argument.partition(":")
    return read_id(name), read_touch(origin[:1], origin[1:])


async def _by_id(ctx: Context, campaign_id: int) -> Campaign | None:
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)


async def _of_amount(
    ctx: Context,
    supporter: Supporter,
    campaign: Campaign,
    money: Money,
    touch: Touch,
    *,
    instead_of: bool = False,
) -> Reply:
    """Return one button for this amount, which is checked again. `instead_of`: it replaces the card that was tapped."""
    if not campaign.is_open(ctx.clock()):
        return _closed(ctx, supporter.locale, campaign, await _open_campaigns(ctx))
    campaign = minors.limited(campaign, supporter)
    checked = typed_amounts.check(campaign, money.minor)
    if not isinstance(checked, Money):
        return await _problem(ctx, supporter, campaign, checked, touch)
    found = await _page_for(ctx, supporter, campaign, money, touch)
    if found is None:
        return await of_campaign(ctx, supporter, campaign, touch)
    url, is_exact = found
    can_cover = is_exact and typed_amounts.with_fee(ctx, campaign, money) is not None
    view = messages.ConfirmAmountView(
        campaign=campaign.authored,
        choice=Choice(money=money, tap=Tap(url=url)),
        cover=_fee_tap("cover", campaign, money, touch) if can_cover else None,
    )
    card = messages.confirm_amount(ctx.catalog, supporter.locale, view)
    return Reply(
        card=card, mode="edit" if instead_of else "new", awaited_gift=AwaitedGift(supporter.address_id, campaign.id)
    )


async def _page_for(
    ctx: Context, supporter: Supporter, campaign: Campaign, money: Money, touch: Touch
) -> tuple[str, bool] | None:
    """Return the payment page for an amount and whether it is for just that; None if there is no page at all."""
    for_one = await own_links.url_for(ctx, campaign, money.minor, supporter, touch)
    is_exact = for_one is not None or await links.ensure_for_typed_amount(ctx, campaign, money.minor, supporter)
    if not is_exact and supporter.adult is False:
        return None  # that page does not limit the amount to what this person may give
    minor = money.minor if is_exact else links.ANY_AMOUNT
    url = for_one or links.personal_url(
        ctx, campaign.id, minor, supporter_id=supporter.id, touch=touch, locale=supporter.locale
    )
    return None if url is None else (url, is_exact)


def _fee_tap(verb: str, campaign: Campaign, money: Money, touch: Touch) -> Tap:
    return Tap(action=f"{verb}:{campaign.id}:{money.minor}:{touch.kind}{touch.id}")


async def cover_fee(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """« Couvrir aussi les frais »: show the total before paying. `cover:<campaign>:<minor units>[:<touch>]`."""
    read = await _read_fee_tap(ctx, argument)
    if read is None:
        return await by_command(ctx, supporter, "")
    campaign, money, touch = read
    campaign = minors.limited(campaign, supporter)
    total = typed_amounts.with_fee(ctx, campaign, money)
    if (
        not campaign.is_open(ctx.clock())
        or total is None
        or not isinstance(typed_amounts.check(campaign, money.minor), Money)
    ):
        return await _of_amount(ctx, supporter, campaign, money, touch, instead_of=True)
    found = await _page_for(ctx, supporter, campaign, total, touch)
    if found is None or not found[1]:
        return await _of_amount(ctx, supporter, campaign, money, touch, instead_of=True)
    view = messages.CoverView(
        money=money,
        fee=Money(total.minor - money.minor, money.currency),
        choice=Choice(money=total, tap=Tap(url=found[0])),
        without=_fee_tap("uncover", campaign, money, touch),
    )
    card = messages.cover(ctx.catalog, supporter.locale, view)
    return Reply(card=card, mode="edit", awaited_gift=AwaitedGift(supporter.address_id, campaign.id))


async def without_fee(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """Return to the amount without the fee. `uncover:<campaign>:<minor units>[:<touch>]`."""
    read = await _read_fee_tap(ctx, argument)
    if read is None:
        return await by_command(ctx, supporter, "")
    campaign, money, touch = read
    return await _of_amount(ctx, supporter, campaign, money, touch, instead_of=True)


async def _read_fee_tap(ctx: Context, argument: str) -> tuple[Campaign, Money, Touch] | None:
    """Return what a button about the fee names; buttons of older versions carry no touch."""
    name, _, rest = argument.partition(":")
    digits, _, origin = rest.partition(":")
    campaign_id, minor = read_id(name), read_id(digits)
    campaign = await _by_id(ctx, campaign_id) if campaign_id is not None and minor is not None else None
    if campaign is None or minor is None:
        return None
    return campaign, Money(minor, campaign.goal.currency), read_touch(origin[:1], origin[1:])


PREFERENCES = Tap(action="prefs")


def show_tap(campaign: Campaign, minor: int | None = None, touch: Touch = COMMAND) -> Tap:
    """Return the tap that shows a campaign (and an amount already typed)."""
    origin = "" if touch == COMMAND else f":{touch.kind}{touch.id}"
    return Tap(action=f"give:{campaign.id}:{minor or 0}{origin}")


async def _problem(ctx: Context, supporter: Supporter, campaign: Campaign, reading: Reading, touch: Touch) -> Reply:
    choices, other = await campaign_cards.own_choices(ctx, campaign, supporter, touch)
    return typed_amounts.problem(
        ctx,
        supporter,
        campaign,
        reading,
        choose=lambda money: show_tap(campaign, money.minor, touch),
        choices=choices,
        other=other,
    )


def _choose(ctx: Context, locale: Locale, open_now: list[Campaign], amount: str, touch: Touch) -> Reply:
    reading = typed_amounts.read(amount, open_now[0]) if amount else None
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
    if not tokens or is_number_word(text) or not isinstance(typed_amounts.read(text, campaign), NotUnderstood):
        return None
    figures = [token for token in tokens if any(c.isdigit() for c in token) or not any(c.isalpha() for c in token)]
    beside = typed_amounts.read(" ".join(figures), campaign)
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
