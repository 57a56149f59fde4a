"""Monthly gifts: offered, shown, changed, paused, ended. How one stands is asked of Stripe, which alone knows."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.ids import read_id
from bot.domain.people import Contact, Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.monthly import pledges as rows
from bot.usecases.context import Context
from bot.usecases.core import stripe_login
from bot.usecases.core.join import who
from bot.usecases.giving import give, links, own_links
from bot.usecases.money import monthly_news
from bot.usecases.monthly import confirm as confirming
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import monthly as words
from content.messages import monthly_confirm as confirm_words
from content.writer import Choice
from payments import pledges
from payments.money import Money
from payments.pledges import PledgeView
from payments.reference import Touch, TouchKind
from payments.stripe import GatewayError

SHOW = Tap(action="mo:show")
_PAUSES = (1, 2, 3)  # months
_OTHERS = 3  # monthly gifts with a button under the one that is shown: Discord has one row left for them
_RESUMES = 0  # beside the months of a pause, in the button of somebody who says that it is theirs
_BUTTON = re.compile(
    r"(show|offer|amount|set|pause|hold|resume|end|sure|move|confirm|how|yes|begin)"
    r"(?::([A-Za-z0-9_]{1,40}))?(?::(\d{1,19}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """Somebody's monthly gift: our row, what Stripe says, and its campaign."""

    person: Supporter
    row: Pledge
    view: PledgeView
    campaign: Campaign

    @property
    def money(self) -> Money:
        return self.view.money or Money(0, self.campaign.goal.currency)

    def tap(self, verb: str, number: int | None = None) -> Tap:
        """A button about this monthly gift."""
        return Tap(action=f"mo:{verb}:{self.row.subscription}" + ("" if number is None else f":{number}"))

    def may(self, right: Right) -> bool:
        """Whether they may do this, or see it."""
        return may(self.row.standing, right)


async def show(ctx: Context, contact: Contact, wanted: str = "", *, saved: bool = False) -> Reply:
    """`/monthly`: a monthly gift as it stands, the newest where none is `wanted`, or how to begin one."""
    person = await who(ctx, contact)
    async with ctx.db.read() as conn:
        mine = await rows.of_supporter(conn, person.id)
    try:
        for pledge in sorted(mine, key=lambda one: (one.subscription != wanted, not may(one.standing, Right.NEWS))):
            if not may(pledge.standing, Right.NEWS):
                return await _unconfirmed(ctx, person, pledge)
            own = await _own(ctx, person, pledge.subscription)
            if own is not None and own.view.is_alive:
                card = await _card(ctx, own, await _others(ctx, own, mine), saved=saved)
                return Reply(card=card, mode="edit" if saved else "new")
    except GatewayError:
        return _trouble(ctx, person)
    open_now = await give.first_open(ctx)
    if open_now is None:
        return Reply(card=words.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    return await _offer(ctx, person, open_now, has_none=True)


async def _unconfirmed(ctx: Context, person: Supporter, pledge: Pledge) -> Reply:
    """Their link was used: what is said of it is what they were told when it began, and no more."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [pledge.campaign_id or 0])).get(pledge.campaign_id or 0)
    if campaign is None:
        return Reply(card=words.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    return Reply(card=confirming.unconfirmed_card(ctx, person, campaign, pledge.subscription, None))


async def on_tap(ctx: Context, contact: Contact, argument: str) -> Reply:
    """Any of this corner's buttons: `mo:<verb>[:<subscription or campaign>[:<number>]]`."""
    match = _BUTTON.fullmatch(argument)
    if match is None or match[1] == "show":
        return await show(ctx, contact, (match[2] or "") if match is not None else "")
    person = await who(ctx, contact)
    verb, name, number = match[1], match[2] or "", int(match[3]) if match[3] else 0
    if verb == "how":
        return await confirming.how_to_end(ctx, contact)
    if verb == "confirm":
        async with ctx.db.read() as conn:
            asked = (await rows.by_subscription(conn, [name])).get(name)
        return await confirming.how_to_confirm(ctx, contact, asked)
    try:
        if verb == "offer":
            return await _offer_by_id(ctx, contact, person, name)
        if verb == "begin":
            return await _begin(ctx, contact, person, name, number)
        own = await _own(ctx, person, name, needs=_NEEDS[verb])
        if own is None or not own.view.is_alive:
            return await show(ctx, contact, name)
        return await _VERBS[verb](ctx, contact, own, number)
    except GatewayError:
        return _trouble(ctx, person)


async def _own(ctx: Context, person: Supporter, subscription: str, needs: Right = Right.NEWS) -> _Own | None:
    """A monthly gift of theirs of which they may do this. Somebody else's is nobody's business, nor is one that
    nobody has proved to pay. Raises GatewayError.
    """
    async with ctx.db.read() as conn:
        row = (await rows.by_subscription(conn, [subscription])).get(subscription)
        if row is None or row.supporter_id != person.id or row.campaign_id is None or not may(row.standing, needs):
            return None
        campaign = (await campaign_rows.by_ids(conn, [row.campaign_id])).get(row.campaign_id)
    view = await ctx.gateway.pledge(subscription)
    if view is None or campaign is None:
        return None
    if view.status != row.status:  # Stripe's own word is the newest there is
        async with ctx.db.write() as conn:
            await rows.set_status(conn, subscription, view.status, ctx.clock())
    return _Own(person=person, row=row, view=view, campaign=campaign)


async def _others(ctx: Context, own: _Own, mine: Sequence[Pledge]) -> tuple[words.OtherView, ...]:
    """Their other monthly gifts, as far as we were told of them: each can be shown, and ended, as easily."""
    found = []
    async with ctx.db.read() as conn:
        campaigns = await campaign_rows.by_ids(conn, {one.campaign_id for one in mine if one.campaign_id is not None})
    for one in mine:
        campaign = campaigns.get(one.campaign_id or 0)
        if campaign is None or one.subscription == own.row.subscription or not may(one.standing, Right.NEWS):
            continue
        money = await monthly_news.next_money(ctx, one, campaign)
        tap = Tap(action=f"mo:show:{one.subscription}")
        found.append(words.OtherView(campaign=campaign.authored, money=money, show=tap))
    return tuple(found[:_OTHERS])


async def _card(ctx: Context, own: _Own, others: tuple[words.OtherView, ...], *, saved: bool) -> Card:
    view, portal = own.view, None
    if view.needs_card and own.may(Right.CARD):
        portal = Tap(url=await ctx.gateway.portal(view.customer, ctx.public_url or None))
    elif view.needs_card:
        portal = stripe_login.login_page(ctx)  # asks for a code by e-mail, which only the payer gets
    shown = words.PledgeCardView(
        campaign=own.campaign.authored,
        money=own.money,
        next_on=_day(view.next_at) if own.may(Right.DATES) else None,
        change=own.tap("amount") if own.may(Right.AMOUNT) else None,
        confirm=own.tap("confirm") if own.may(Right.CONFIRM) else None,
        end=own.tap("end"),
        pause=None if view.is_paused else own.tap("pause"),
        resume=own.tap("resume") if view.is_paused else None,
        mend=portal,
        is_paused=view.is_paused,
        paused_until=_day(view.paused_until),
        saved=saved,
        others=others,
    )
    return words.pledge(ctx.catalog, own.person.locale, shown)


def _day(when: datetime | None) -> date | None:
    """Stripe renews by UTC."""
    return when.date() if when is not None else None


# --- beginning one --------------------------------------------------------------------------------
async def _offer_by_id(ctx: Context, contact: Contact, person: Supporter, name: str) -> Reply:
    campaign_id = read_id(name)
    async with ctx.db.read() as conn:
        found = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id) if campaign_id is not None else None
    if found is None or not found.is_open(ctx.clock()) or not found.authored.monthly:
        return await show(ctx, contact)
    return await _offer(ctx, person, found)


async def _offer(ctx: Context, person: Supporter, campaign: Campaign, *, has_none: bool = False) -> Reply:
    if not campaign.authored.monthly:
        return Reply(card=words.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    with suppress(GatewayError):  # those that are warm are shown; where there are none, it is said
        await links.ensure_monthly(ctx, campaign)
    view = words.OfferView(
        campaign=campaign.authored,
        choices=choices(ctx, campaign, person),
        has_none=has_none,
        how_to_end=confirming.HOW_TO_END if has_none else None,
    )
    card = words.offer(ctx.catalog, person.locale, view)
    return Reply(card=card, awaits_gift=True, campaign_id=campaign.id)


def choices(ctx: Context, campaign: Campaign, person: Supporter) -> tuple[Choice, ...]:
    """The monthly amounts that can be begun right now."""
    found = []
    for minor in campaign.authored.amounts:
        touch = Touch(TouchKind.COMMAND)
        url = links.personal_url(
            ctx, campaign.id, minor, supporter_id=person.id, touch=touch, locale=person.locale, monthly=True
        )
        if url is not None:  # without a page of ours to prove it, each who taps gets a link of their own
            tap = Tap(url=url) if ctx.public_url else Tap(action=f"mo:begin:{campaign.id}:{minor}")
            found.append(Choice(money=Money(minor, campaign.goal.currency), tap=tap))
    return tuple(found)


async def _begin(ctx: Context, contact: Contact, person: Supporter, name: str, minor: int) -> Reply:
    """A monthly amount was chosen: the link for whoever tapped, whose page proves that they paid."""
    campaign_id = read_id(name)
    async with ctx.db.read() as conn:
        found = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id) if campaign_id is not None else None
    if found is None or not found.is_open(ctx.clock()) or minor not in found.authored.amounts:
        return await show(ctx, contact)
    touch = Touch(TouchKind.COMMAND)
    url = await own_links.url_for(ctx, found, minor, person, touch, monthly=True) or links.personal_url(
        ctx, found.id, minor, supporter_id=person.id, touch=touch, locale=person.locale, monthly=True
    )
    chosen = (Choice(money=Money(minor, found.goal.currency), tap=Tap(url=url)),) if url is not None else ()
    card = words.offer(ctx.catalog, person.locale, words.OfferView(campaign=found.authored, choices=chosen))
    return Reply(card=card, mode="edit", awaits_gift=True, campaign_id=found.id)


# --- changing one ---------------------------------------------------------------------------------
async def _amount(ctx: Context, contact: Contact, own: _Own, _number: int) -> Reply:
    offered = [m for m in own.campaign.authored.amounts if Money(m, own.campaign.goal.currency) != own.view.money]
    shown = tuple(Choice(money=Money(m, own.campaign.goal.currency), tap=own.tap("set", m)) for m in offered)
    return Reply(card=words.amounts(ctx.catalog, own.person.locale, shown), mode="edit")


async def _set(ctx: Context, contact: Contact, own: _Own, minor: int) -> Reply:
    if minor not in own.campaign.authored.amounts:
        return await show(ctx, contact, own.row.subscription)
    money = Money(minor, own.campaign.goal.currency)
    key = _key(ctx, own)
    price = await ctx.gateway.price_for(own.view.product, money, f"{key}-price")
    await ctx.gateway.change_pledge(own.row.subscription, pledges.new_amount(own.view, price), key)
    async with ctx.db.write() as conn:
        await rows.set_amount(conn, own.row.subscription, minor)
    return await show(ctx, contact, own.row.subscription, saved=True)


async def _pause(ctx: Context, contact: Contact, own: _Own, _number: int) -> Reply:
    offered = tuple((months, own.tap("hold", months)) for months in _PAUSES)
    return Reply(card=words.pauses(ctx.catalog, own.person.locale, offered), mode="edit")


async def _hold(ctx: Context, contact: Contact, own: _Own, months: int) -> Reply:
    if months not in _PAUSES:
        return await show(ctx, contact, own.row.subscription)
    if not own.may(Right.AMOUNT):  # never confirmed: asked once more, and staff are told
        return _ask_whether_theirs(ctx, own, months)
    return await _pause_now(ctx, contact, own, months)


async def _pause_now(ctx: Context, contact: Contact, own: _Own, months: int) -> Reply:
    until = pledges.skipping(own.view, months, ctx.clock())
    await ctx.gateway.change_pledge(own.row.subscription, pledges.pause(until), _key(ctx, own))
    await _tell_staff(ctx, own, "paused")
    return await show(ctx, contact, own.row.subscription, saved=True)


async def _resume(ctx: Context, contact: Contact, own: _Own, _number: int) -> Reply:
    if not own.may(Right.AMOUNT):
        return _ask_whether_theirs(ctx, own, _RESUMES)
    return await _resume_now(ctx, contact, own)


async def _resume_now(ctx: Context, contact: Contact, own: _Own) -> Reply:
    await ctx.gateway.change_pledge(own.row.subscription, pledges.resume(), _key(ctx, own))
    await _tell_staff(ctx, own, "resumed")
    return await show(ctx, contact, own.row.subscription, saved=True)


def _ask_whether_theirs(ctx: Context, own: _Own, months: int) -> Reply:
    card = confirm_words.sure_it_is_yours(
        ctx.catalog, own.person.locale, own.campaign.authored, own.tap("yes", months), own.tap("show")
    )
    return Reply(card=card, mode="edit")


async def _yes(ctx: Context, contact: Contact, own: _Own, months: int) -> Reply:
    """They say that a monthly gift which was never confirmed is theirs, and want it paused or resumed."""
    if months == _RESUMES:
        return await _resume_now(ctx, contact, own)
    return await (_pause_now(ctx, contact, own, months) if months in _PAUSES else _pause(ctx, contact, own, 0))


async def _tell_staff(ctx: Context, own: _Own, what: confirm_words.Touched) -> None:
    async with ctx.db.write() as conn:
        await confirming.notify_unproved_change(ctx, conn, own.row, what)


async def _end(ctx: Context, contact: Contact, own: _Own, _number: int) -> Reply:
    if not own.may(Right.AMOUNT):
        card = confirm_words.sure_it_is_yours(
            ctx.catalog, own.person.locale, own.campaign.authored, own.tap("sure"), own.tap("show")
        )
        return Reply(card=card, mode="edit")
    card = words.ask_end(
        ctx.catalog, own.person.locale, own.campaign.authored, own.money, own.tap("sure"), own.tap("show")
    )
    return Reply(card=card, mode="edit")


async def _sure(ctx: Context, contact: Contact, own: _Own, _number: int) -> Reply:
    await ctx.gateway.end_pledge(own.row.subscription, f"obole-pledge-{own.row.subscription}-end")
    async with ctx.db.write() as conn:
        await rows.set_status(conn, own.row.subscription, "canceled", ctx.clock())
        await monthly_news.note_end_answered(ctx, conn, own.row)
        await confirming.notify_unproved_change(ctx, conn, own.row, "ended")
    return Reply(card=words.ended(ctx.catalog, own.person.locale, own.campaign.authored), mode="edit")


async def _move(ctx: Context, contact: Contact, own: _Own, campaign_id: int) -> Reply:
    """Its campaign has ended, and they agree to where staff would have it go (0: it stays as it is)."""
    async with ctx.db.read() as conn:
        found = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    if found is None or not found.is_open(ctx.clock()) or found.goal.currency != own.campaign.goal.currency:
        return await show(ctx, contact, own.row.subscription, saved=campaign_id == 0)
    change = pledges.move(found.id, found.slug)
    await ctx.gateway.change_pledge(own.row.subscription, change, _key(ctx, own))
    async with ctx.db.write() as conn:
        await rows.move(conn, own.row.subscription, found.id, ctx.clock())
    return Reply(card=words.moved_done(ctx.catalog, own.person.locale, found.authored), mode="edit")


def _key(ctx: Context, own: _Own) -> str:
    """One for each tap: it keeps the same request from being carried out twice. Each change says how the pledge shall
    be, so that a double tap changes nothing more, and there and back again is no repetition.
    """
    return f"obole-pledge-{own.row.subscription}-{ctx.ids.new()}"


def _trouble(ctx: Context, person: Supporter) -> Reply:
    return Reply(card=words.stripe_unreachable(ctx.catalog, person.locale, SHOW))


_Verb = Callable[[Context, Contact, _Own, int], Awaitable[Reply]]
_VERBS: Mapping[str, _Verb] = {
    "amount": _amount,
    "set": _set,
    "pause": _pause,
    "hold": _hold,
    "resume": _resume,
    "end": _end,
    "sure": _sure,
    "move": _move,
    "yes": _yes,
}
_NEEDS: Mapping[str, Right] = {
    "amount": Right.AMOUNT,
    "set": Right.AMOUNT,
    "pause": Right.PAUSE,
    "hold": Right.PAUSE,
    "resume": Right.PAUSE,
    "yes": Right.PAUSE,
    "end": Right.END,
    "sure": Right.END,
    "move": Right.MOVE,
}
