"""Monthly gifts: show, begin, change, pause and end them. Their state is always read from Stripe."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.monthly import pledges as rows
from bot.usecases.context import Context, local_day
from bot.usecases.core import stripe_login, stripe_refusals
from bot.usecases.giving import awaited, give, typed_amounts
from bot.usecases.money import monthly_news
from bot.usecases.monthly import confirm as confirming
from bot.usecases.monthly import offer
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import monthly as messages
from content.messages import monthly_confirm as confirm_messages
from content.writer import Choice
from payments import pledges
from payments.money import Money
from payments.pledges import PledgeView
from payments.stripe import GatewayError, GatewayRefused

SHOW = Tap(action="mo:show")
_PAUSES = (1, 2, 3)  # months
_OTHERS = 3  # buttons for other monthly gifts: Discord has one row left for them
_RESUMES = 0  # stands for "resume" where a `yes` button otherwise carries the months of a pause
_BUTTON = re.compile(
    r"(show|offer|amount|ask|set|pause|hold|resume|end|sure|move|confirm|how|yes|begin|other|adult|minor)"
    r"(?::([A-Za-z0-9_]{1,40}))?(?::(\d{1,19}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """A supporter's monthly gift: the stored row, Stripe's view, and its campaign."""

    person: Supporter
    row: Pledge
    view: PledgeView
    campaign: Campaign

    @property
    def money(self) -> Money:
        return self.view.money or Money(0, self.campaign.goal.currency)

    def tap(self, verb: str, number: int | None = None) -> Tap:
        """Return a button about this monthly gift."""
        return Tap(action=f"mo:{verb}:{self.row.subscription}" + ("" if number is None else f":{number}"))

    def may(self, right: Right) -> bool:
        """Whether the supporter may do or see this."""
        return may(self.row.standing, right)


async def show(ctx: Context, person: Supporter, wanted: str = "", *, saved: bool = False) -> Reply:
    """Handle `/monthly`: show a monthly gift (the newest unless one is `wanted`), or how to begin one."""
    async with ctx.db.read() as conn:
        mine = await rows.of_supporter(conn, person.id)
    try:
        for pledge in sorted(mine, key=lambda p: (p.subscription != wanted, not may(p.standing, Right.NEWS))):
            if not may(pledge.standing, Right.NEWS):
                return await _unconfirmed(ctx, person, pledge)
            own = await _own(ctx, person, pledge.subscription)
            if own is not None and own.view.is_alive:
                card = await _card(ctx, own, await _others(ctx, own, mine), saved=saved)
                return Reply(card=card, mode="edit" if saved else "new")
    except GatewayError as why:
        return await _trouble(ctx, person, why)
    campaign = await give.first_open(ctx)
    if campaign is None:
        return Reply(card=messages.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    return await offer.show(ctx, person, campaign, has_none=True)


async def _unconfirmed(ctx: Context, person: Supporter, pledge: Pledge) -> Reply:
    """Show an unproved monthly gift: only what they read when it began."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [pledge.campaign_id or 0])).get(pledge.campaign_id or 0)
    if campaign is None:
        return Reply(card=messages.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    return Reply(card=confirming.unconfirmed_card(ctx, person, campaign, pledge.subscription, None))


async def on_tap(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle the buttons of this section: `mo:<verb>[:<subscription or campaign>[:<number>]]`."""
    match = _BUTTON.fullmatch(argument)
    if match is None or match[1] == "show":
        return await show(ctx, person, (match[2] or "") if match is not None else "")
    verb, name, number = match[1], match[2] or "", int(match[3]) if match[3] else 0
    if verb == "how":
        return await confirming.how_to_end(ctx, person)
    if verb == "confirm":
        async with ctx.db.read() as conn:
            pledge = await rows.get(conn, name)
        return await confirming.how_to_confirm(ctx, person, pledge)
    if verb in ("offer", "begin", "other", "adult", "minor"):
        return await _on_offer(ctx, person, verb, name, number)
    try:
        own = await _own(ctx, person, name, needs=_NEEDS[verb])
        if own is None or not own.view.is_alive:
            return await show(ctx, person, name)
        return await _VERBS[verb](ctx, own, number)
    except GatewayError as why:
        return await _trouble(ctx, person, why)


async def _on_offer(ctx: Context, person: Supporter, verb: str, name: str, minor: int) -> Reply:
    campaign = await offer.open_campaign(ctx, name)
    if campaign is None:
        return await show(ctx, person)
    if verb in ("adult", "minor"):
        return await offer.on_age(ctx, person, campaign, minor, is_adult=verb == "adult")
    if verb == "begin":
        return await offer.begin(ctx, person, campaign, minor)
    return await (offer.ask_amount if verb == "other" else offer.show)(ctx, person, campaign)


async def _own(ctx: Context, person: Supporter, subscription: str, needs: Right = Right.NEWS) -> _Own | None:
    """Return a supporter's monthly gift, or None if it is not theirs or they lack the right. Raises GatewayError."""
    async with ctx.db.read() as conn:
        row = await rows.get(conn, subscription)
        if row is None or row.supporter_id != person.id or row.campaign_id is None or not may(row.standing, needs):
            return None
        campaign = (await campaign_rows.by_ids(conn, [row.campaign_id])).get(row.campaign_id)
    view = await ctx.gateway.pledge(subscription)
    if view is None or campaign is None:
        return None
    if (view.status, view.renews_at, view.ends_at) != (row.status, row.renews_at, row.ends_at):
        async with ctx.db.write() as conn:  # Stripe's answer is always the newest
            await rows.set_state(conn, view, ctx.clock())
    return _Own(person=person, row=row, view=view, campaign=campaign)


async def _others(ctx: Context, own: _Own, mine: Sequence[Pledge]) -> tuple[messages.OtherView, ...]:
    """Return the supporter's other monthly gifts, so that each can be opened, and ended, as easily."""
    others = []
    async with ctx.db.read() as conn:
        campaigns = await campaign_rows.by_ids(conn, {p.campaign_id for p in mine if p.campaign_id is not None})
    for pledge in mine:
        campaign = campaigns.get(pledge.campaign_id or 0)
        if campaign is None or pledge.subscription == own.row.subscription or not may(pledge.standing, Right.NEWS):
            continue
        money = await monthly_news.next_money(ctx, pledge, campaign)
        tap = Tap(action=f"mo:show:{pledge.subscription}")
        others.append(messages.OtherView(campaign=campaign.authored, money=money, show=tap))
    return tuple(others[:_OTHERS])


async def _card(ctx: Context, own: _Own, others: tuple[messages.OtherView, ...], *, saved: bool) -> Card:
    view = own.view
    next_at, dates = view.next_gift_at, own.may(Right.DATES)
    is_over = view.ends_at is not None and next_at is None  # nothing is left to change
    shown = messages.PledgeCardView(
        campaign=own.campaign.authored,
        money=own.money,
        next_on=_day(ctx, next_at) if dates else None,
        ends_on=_day(ctx, view.ends_at) if dates or is_over else None,
        is_over=is_over,
        change=own.tap("amount") if own.may(Right.AMOUNT) and not is_over else None,
        confirm=own.tap("confirm") if own.may(Right.CONFIRM) else None,
        end=None if is_over else own.tap("end"),
        pause=None if view.is_paused or is_over else own.tap("pause"),
        resume=own.tap("resume") if view.is_paused and not is_over else None,
        needs_card=view.needs_card,
        new_card=await _card_page(ctx, own) if view.needs_card else None,
        is_paused=view.is_paused,
        saved=saved,
        others=others,
    )
    return messages.pledge(ctx.catalog, own.person.locale, shown)


async def _card_page(ctx: Context, own: _Own) -> Tap | None:
    """Return where to change the card, or None. Stripe creates no portal session before its portal is set up."""
    if not own.may(Right.CARD):
        return stripe_login.login_page(ctx)  # it sends a code by e-mail, which only the payer gets
    try:
        return Tap(url=await ctx.gateway.portal(own.view.customer, ctx.public_url or None))
    except GatewayRefused as why:
        await stripe_refusals.report(ctx, "portal", why)
        return stripe_login.login_page(ctx)


def _day(ctx: Context, when: datetime | None) -> date | None:
    """Return the charity's day, as everywhere."""
    return local_day(ctx, when) if when is not None else None


# --- changing one ---------------------------------------------------------------------------------
async def _amount(ctx: Context, own: _Own, _number: int) -> Reply:
    """Ask which amount; one that they write counts too."""
    await awaited.expect(ctx, own.person, _what(own))
    card = messages.amounts(
        ctx.catalog, own.person.locale, _other_amounts(own), other=own.tap("ask"), back=own.tap("show")
    )
    return Reply(card=card, mode="edit")


def _other_amounts(own: _Own) -> tuple[Choice, ...]:
    code = own.campaign.goal.currency
    offered = [m for m in own.campaign.authored.amounts if Money(m, code) != own.view.money]
    return tuple(Choice(money=Money(m, code), tap=own.tap("set", m)) for m in offered)


async def _ask_amount(ctx: Context, own: _Own, _number: int) -> Reply:
    view = messages.AskView(campaign=own.campaign.authored, back=own.tap("amount"), changes=True)
    card = messages.ask_amount(ctx.catalog, own.person.locale, view)
    return await awaited.ask(ctx, own.person, _what(own), Reply(card=card, mode="edit"))


def _what(own: _Own) -> str:
    return f"set:{own.row.subscription}"


async def on_amount(ctx: Context, person: Supporter, subscription: str, text: str) -> Reply | None:
    """Handle an amount written after "How much a month?": ask to confirm the change; None if it is no amount."""
    try:
        own = await _own(ctx, person, subscription, needs=Right.AMOUNT)
    except GatewayError as why:
        return await _trouble(ctx, person, why)
    if own is None or not own.view.is_alive:
        return await give.by_amount(ctx, person, text)
    if not typed_amounts.is_amount(text, own.campaign):
        return None
    reading = typed_amounts.read(text, own.campaign)
    if not isinstance(reading, Money):
        return typed_amounts.problem(
            ctx,
            person,
            own.campaign,
            reading,
            choose=lambda money: own.tap("set", money.minor),
            choices=_other_amounts(own),
            other=own.tap("ask"),
        )
    view = messages.ConfirmChangeView(
        campaign=own.campaign.authored,
        now=own.money,
        wanted=Choice(money=reading, tap=own.tap("set", reading.minor)),
        once=give.show_tap(own.campaign, reading.minor) if own.campaign.is_open(ctx.clock()) else None,
        back=own.tap("show"),
    )
    return Reply(card=messages.confirm_change(ctx.catalog, person.locale, view))


async def _set(ctx: Context, own: _Own, minor: int) -> Reply:
    money = typed_amounts.check(own.campaign, minor)
    if not isinstance(money, Money):
        return typed_amounts.problem(
            ctx,
            own.person,
            own.campaign,
            money,
            choose=lambda one: own.tap("set", one.minor),
            choices=_other_amounts(own),
        )
    key = _key(ctx, own)
    price = await ctx.gateway.price_for(own.view.product, money, f"{key}-price")
    await ctx.gateway.change_pledge(own.row.subscription, pledges.new_amount(own.view, price), key)
    async with ctx.db.write() as conn:
        await rows.set_amount(conn, own.row.subscription, minor)
    return await show(ctx, own.person, own.row.subscription, saved=True)


async def _pause(ctx: Context, own: _Own, _number: int) -> Reply:
    offered = tuple((months, own.tap("hold", months)) for months in _PAUSES)
    return Reply(card=messages.pauses(ctx.catalog, own.person.locale, offered, own.tap("show")), mode="edit")


async def _hold(ctx: Context, own: _Own, months: int) -> Reply:
    if months not in _PAUSES:
        return await show(ctx, own.person, own.row.subscription)
    if not own.may(Right.AMOUNT):  # unproved: ask to confirm, and notify staff
        return _ask_whether_theirs(ctx, own, months)
    return await _pause_now(ctx, own, months)


async def _pause_now(ctx: Context, own: _Own, months: int) -> Reply:
    until = pledges.skipping(own.view, months, ctx.clock())
    await ctx.gateway.change_pledge(own.row.subscription, pledges.pause(until), _key(ctx, own))
    await _notify_staff(ctx, own, "paused")
    return await show(ctx, own.person, own.row.subscription, saved=True)


async def _resume(ctx: Context, own: _Own, _number: int) -> Reply:
    if not own.may(Right.AMOUNT):
        return _ask_whether_theirs(ctx, own, _RESUMES)
    return await _resume_now(ctx, own)


async def _resume_now(ctx: Context, own: _Own) -> Reply:
    await ctx.gateway.change_pledge(own.row.subscription, pledges.resume(), _key(ctx, own))
    await _notify_staff(ctx, own, "resumed")
    return await show(ctx, own.person, own.row.subscription, saved=True)


def _ask_whether_theirs(ctx: Context, own: _Own, months: int) -> Reply:
    card = confirm_messages.confirm_unproved_change(
        ctx.catalog, own.person.locale, own.campaign.authored, own.tap("yes", months), own.tap("show")
    )
    return Reply(card=card, mode="edit")


async def _yes(ctx: Context, own: _Own, months: int) -> Reply:
    """Pause or resume an unproved monthly gift after the supporter says that it is theirs."""
    if months == _RESUMES:
        return await _resume_now(ctx, own)
    return await (_pause_now(ctx, own, months) if months in _PAUSES else _pause(ctx, own, 0))


async def _notify_staff(ctx: Context, own: _Own, what: confirm_messages.Touched) -> None:
    async with ctx.db.write() as conn:
        await confirming.notify_unproved_change(ctx, conn, own.row, what)


async def _end(ctx: Context, own: _Own, _number: int) -> Reply:
    if not own.may(Right.AMOUNT):
        card = confirm_messages.confirm_unproved_change(
            ctx.catalog, own.person.locale, own.campaign.authored, own.tap("sure"), own.tap("show")
        )
        return Reply(card=card, mode="edit")
    card = messages.ask_end(
        ctx.catalog, own.person.locale, own.campaign.authored, own.money, own.tap("sure"), own.tap("show")
    )
    return Reply(card=card, mode="edit")


async def _sure(ctx: Context, own: _Own, _number: int) -> Reply:
    await ctx.gateway.end_pledge(own.row.subscription, f"obole-pledge-{own.row.subscription}-end")
    async with ctx.db.write() as conn:
        await rows.set_status(conn, own.row.subscription, "canceled", ctx.clock())
        await monthly_news.note_end_answered(ctx, conn, own.row)
        await confirming.notify_unproved_change(ctx, conn, own.row, "ended")
    return Reply(card=messages.ended(ctx.catalog, own.person.locale, own.campaign.authored), mode="edit")


async def _move(ctx: Context, own: _Own, campaign_id: int) -> Reply:
    """Move a monthly gift of a closed campaign to the one that staff suggest (0: leave it as it is)."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    if campaign is None or not campaign.is_open(ctx.clock()) or campaign.goal.currency != own.campaign.goal.currency:
        return await show(ctx, own.person, own.row.subscription, saved=campaign_id == 0)
    change = pledges.move(campaign.id, campaign.slug)
    await ctx.gateway.change_pledge(own.row.subscription, change, _key(ctx, own))
    async with ctx.db.write() as conn:
        await rows.move(conn, own.row.subscription, campaign.id, ctx.clock())
    return Reply(card=messages.moved_done(ctx.catalog, own.person.locale, campaign.authored), mode="edit")


def _key(ctx: Context, own: _Own) -> str:
    """Return an idempotency key for one tap, so that a repeated request is carried out once.

    A double tap gets another key but changes nothing more, since each change states the final state of the pledge.
    """
    return f"obole-pledge-{own.row.subscription}-{ctx.ids.new()}"


async def _trouble(ctx: Context, person: Supporter, why: GatewayError) -> Reply:
    """Say that nothing has changed. What Stripe refuses, it will refuse again: then a person must look at it."""
    if isinstance(why, GatewayRefused):
        await stripe_refusals.report(ctx, "monthly", why)
        return Reply(card=messages.stripe_refused(ctx.catalog, person.locale, ctx.charity))
    return Reply(card=messages.stripe_unreachable(ctx.catalog, person.locale, SHOW))


_Verb = Callable[[Context, _Own, int], Awaitable[Reply]]
_VERBS: Mapping[str, _Verb] = {
    "amount": _amount,
    "ask": _ask_amount,
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
    "ask": Right.AMOUNT,
    "set": Right.AMOUNT,
    "pause": Right.PAUSE,
    "hold": Right.PAUSE,
    "resume": Right.PAUSE,
    "yes": Right.PAUSE,
    "end": Right.END,
    "sure": Right.END,
    "move": Right.MOVE,
}
