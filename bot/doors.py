"""What the web server is handed: each door opens onto a use case, and gives back words ready for a page."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.deeplink import deep_link, give_payload, invite_payload
from bot.health import Health
from bot.platforms.telegram.app import TelegramApp
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.gifts import claim, gift_page
from bot.usecases.giving import campaign_cards, links
from bot.usecases.money.intake import Intake, NotAccepted
from bot.usecases.referrals import invite_page
from bot.usecases.referrals.invite_page import InviteFacts, Openings, Visits
from bot.web.doors import (
    ACCEPTED,
    CampaignPanel,
    Disowned,
    Doors,
    GiftPage,
    InviteDoors,
    InvitePage,
    Outcome,
    PayLink,
)
from content.catalog import Locale
from content.messages.gifts import receipt_sentence
from content.messages.giving import standing_line
from content.pictures.link_preview import OgView, og_key, og_picture
from content.writer import HALF, Standing, Writer
from payments.money import Money
from payments.reference import Reference

_PICTURES_KEPT = 32
_VIEWS_KEPT = 16
_LOOKUPS_A_SECOND = 5
_HEALTH_SECONDS = 5.0
_SESSIONS_KEPT = 1000
_DISCORD_HOME = "https://discord.com/channels/@me"


def open_doors(
    ctx: Context,
    intake: Intake,
    telegram: TelegramApp | None,
    taps: TapCounter,
    openings: Openings,
    health: Health,
) -> Doors:
    """All doors of one running Obole."""
    rooms = _Rooms(ctx, intake, health)
    return Doors(
        stripe=rooms.stripe,
        health=rooms.health,
        link=lambda token, minor, locale, monthly: links.redirect_target(ctx, token, minor, locale, monthly=monthly),
        count_tap=taps.note,
        gift_page=rooms.gift_page,
        disown=rooms.disown,
        campaigns=rooms.campaigns,
        telegram=telegram.handle_webhook if telegram is not None and ctx.public_url else None,
        picture=rooms.picture,
        invites=_invite_doors(ctx, rooms, openings),
    )


class _Rooms:
    def __init__(self, ctx: Context, intake: Intake, health: Health) -> None:
        self._ctx = ctx
        self._intake = intake
        self._health = health
        self._asked: deque[datetime] = deque()
        self._looked_up: OrderedDict[str, Money | None] = OrderedDict()  # sessions that Stripe was asked about
        self._pictures: OrderedDict[str, bytes] = OrderedDict()

    async def stripe(self, raw: bytes, signature: str) -> Outcome:
        try:
            await self._intake.receive(raw, signature)
        except NotAccepted as why:
            return Outcome(status=why.status, reason=str(why))
        return ACCEPTED

    async def health(self) -> Mapping[str, object]:
        """Whether the database answers and nothing hangs; a load balancer asks this. Raises where it does not."""
        async with asyncio.timeout(_HEALTH_SECONDS), self._ctx.db.read() as conn:
            await campaign_rows.open_campaigns(conn, self._ctx.clock())
        return self._health.report()

    async def disown(self, token: str) -> Disowned:
        return await claim.disown_by_token(self._ctx, token)

    async def gift_page(self, session_id: str, locale: Locale) -> GiftPage:
        ctx = self._ctx
        say = Writer(ctx.catalog, locale)
        found = await gift_page.facts(ctx, session_id, may_ask=self._may_ask_stripe(session_id))
        if session_id in self._looked_up:  # a page that waits goes on saying the amount that Stripe said once
            self._looked_up[session_id] = found.money or self._looked_up[session_id]
            found = replace(found, money=self._looked_up[session_id])
        money = say.money(found.money) if found.money else ""
        receipt = receipt_sentence(say, ctx.charity)
        campaign = found.campaign
        if campaign is None or found.money is None:
            return GiftPage(state="unknown", money=money, receipt=receipt)
        standing = campaign_cards.standing(campaign) if found.money.currency == campaign.goal.currency else None
        return GiftPage(
            state=found.status,
            money=money,
            campaign=campaign.authored.name.get(locale),
            does=say.does(campaign.authored, found.money),
            total=standing_line(say, standing) if standing is not None and found.status == "paid" else "",
            progress=_progress(standing) if standing is not None else None,
            next_on=say.catalog.date(locale, found.next_on) if found.next_on else "",
            how_to_end=self._how_to_end(say) if found.next_on else "",
            end_url=ctx.identity.stripe_login_url if found.next_on else None,
            is_anonymous=found.claim_token is not None,
            claim_url=self.into_bot(f"c_{found.claim_token}") if found.claim_token else None,
            claim_code=found.claim_token if ctx.identity.discord_application_id else None,
            telegram_url=self.into_bot("") if found.platform == "telegram" else None,
            discord_url=_DISCORD_HOME if found.platform == "discord" else None,
            statement=ctx.statement,
            receipt=receipt,
            late=_late(say, campaign) if found.late else None,
            disown_token=found.disown_token or "",
        )

    def _how_to_end(self, say: Writer) -> str:
        charity = self._ctx.charity
        how = "how-to-end-page" if self._ctx.identity.stripe_login_url else "how-to-end-receipt"
        return f"{say(how)} {say('how-to-end-charity', charity=charity.name, contact=charity.contact)}"

    def _may_ask_stripe(self, session_id: str) -> bool:
        """Whether a session that we do not know may be looked up: each once, though its page looks several times.

        At most so many a second: Stripe's limit is needed for making links.
        """
        if session_id in self._looked_up:
            return False
        now = self._ctx.clock()
        while self._asked and now - self._asked[0] >= timedelta(seconds=1):
            self._asked.popleft()
        if len(self._asked) >= _LOOKUPS_A_SECOND:
            return False
        self._asked.append(now)
        self._looked_up[session_id] = None
        while len(self._looked_up) > _SESSIONS_KEPT:
            self._looked_up.popitem(last=False)
        return True

    def _install_on_discord(self) -> str | None:
        """Adds the app to a person's own account, or opens the talk with it where it is there already."""
        application = self._ctx.identity.discord_application_id
        return f"https://discord.com/oauth2/authorize?client_id={application}" if application else None

    def into_bot(self, payload: str) -> str | None:
        username = self._ctx.identity.telegram_username
        if username is None:
            return None
        return deep_link(username, payload) if payload else f"https://t.me/{username}"

    async def campaigns(self, locale: Locale) -> tuple[CampaignPanel, ...]:
        async with self._ctx.db.read() as conn:
            open_now = await campaign_rows.open_campaigns(conn, self._ctx.clock())
        return tuple([await self.panel(campaign, locale) for campaign in open_now])

    async def panel(self, campaign: Campaign, locale: Locale) -> CampaignPanel:
        ctx, say = self._ctx, Writer(self._ctx.catalog, locale)
        standing = campaign_cards.standing(campaign)
        picture = await campaign_cards.picture(ctx, campaign, locale)
        self.keep(picture.key, picture.png)
        return CampaignPanel(
            name=campaign.authored.name.get(locale),
            story=campaign.authored.story.get(locale),
            standing=standing_line(say, standing),
            does=_does(ctx, say, campaign),
            deadline=say("deadline", day=campaign.last_day) if campaign.last_day else "",
            progress=_progress(standing),
            picture_key=picture.key,
            picture_alt=picture.alt,
            telegram_url=self.into_bot(give_payload(campaign.id)),
            discord_url=self._install_on_discord(),
        )

    def keep(self, key: str, png: bytes) -> None:
        self._pictures[key] = png
        self._pictures.move_to_end(key)
        if len(self._pictures) > _PICTURES_KEPT:
            self._pictures.popitem(last=False)

    def picture(self, key: str) -> bytes | None:
        return self._pictures.get(key)


def _invite_doors(ctx: Context, rooms: _Rooms, openings: Openings) -> InviteDoors:
    visits = Visits(ctx)
    own = _InviteRooms(ctx, rooms, visits)
    return InviteDoors(
        page=own.page,
        opened=openings.note,
        into_discord=lambda code, address: invite_page.discord_link(ctx, code, visits, address),
        preview=own.preview,
    )


class _InviteRooms:
    def __init__(self, ctx: Context, rooms: _Rooms, visits: Visits) -> None:
        self._ctx = ctx
        self._rooms = rooms
        self._visits = visits
        self._views: OrderedDict[tuple[int, int, Locale, str], tuple[str, OgView]] = OrderedDict()

    async def page(self, code: str, campaign_id: int | None, locale: Locale, address: str) -> InvitePage:
        found = await invite_page.facts(self._ctx, code, campaign_id, self._visits, address)
        campaign = found.campaign
        shown = InvitePage(
            campaign=await self._rooms.panel(campaign, locale) if campaign else None,
            invite_id=found.invite.id if found.invite else None,
            inviter=found.inviter,
            telegram_url=self._rooms.into_bot(_payload(code, campaign)),
            on_discord=found.on_discord,
        )
        return shown if campaign is None else await self._asking(shown, campaign, found, locale)

    async def _asking(self, shown: InvitePage, campaign: Campaign, found: InviteFacts, locale: Locale) -> InvitePage:
        ctx, say = self._ctx, Writer(self._ctx.catalog, locale)
        token = ctx.keyring.sign(Reference(0, campaign.id, found.touch))
        amounts = [
            PayLink(label=say.money(money), url=url)
            for money in links.payable_amounts(ctx, campaign)
            if (url := links.url_with_token(ctx, campaign.id, money.minor, token, locale)) is not None
        ]
        key, view = await self._preview_of(campaign, locale)
        return replace(
            shown,
            campaign_id=campaign.id,
            amounts=tuple(amounts),
            other_url=links.url_with_token(ctx, campaign.id, links.ANY_AMOUNT, token, locale),
            preview=f"/og/{campaign.id}/{locale}-{key}.png",
            does=view.does,
        )

    async def preview(self, campaign_id: int, locale: Locale) -> tuple[str, bytes] | None:
        async with self._ctx.db.read() as conn:
            campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
        if campaign is None:
            return None
        key, view = await self._preview_of(campaign, locale)
        png = self._rooms.picture(f"og-{key}")
        if png is None:
            png = await asyncio.to_thread(og_picture, view)
            self._rooms.keep(f"og-{key}", png)
        return key, png

    async def _preview_of(self, campaign: Campaign, locale: Locale) -> tuple[str, OgView]:
        """What the preview shows, and its key; the campaign's picture is read once for each of its states."""
        does = _does(self._ctx, Writer(self._ctx.catalog, locale), campaign)  # says nothing before links are warm
        state = (campaign.id, campaign.version, locale, does)
        if state not in self._views:
            async with self._ctx.db.read() as conn:
                backdrop = await campaign_rows.picture(conn, campaign.id)
            view = _og_view(self._ctx, campaign, locale, does, backdrop)
            self._views[state] = og_key(view), view
            if len(self._views) > _VIEWS_KEPT:
                self._views.popitem(last=False)
        return self._views[state]


def _payload(code: str, campaign: Campaign | None) -> str:
    """A code that is none of ours by its shape leads to the campaign itself."""
    if invite_page.CODE.fullmatch(code):
        return invite_payload(code, campaign.id if campaign else None)
    return give_payload(campaign.id) if campaign else ""


def _does(ctx: Context, say: Writer, campaign: Campaign) -> str:
    """What the middle one of the suggested amounts does; empty while none can be paid."""
    amounts = links.payable_amounts(ctx, campaign)
    return say.does(campaign.authored, amounts[(len(amounts) - 1) // 2]) if amounts else ""


def _og_view(ctx: Context, campaign: Campaign, locale: Locale, does: str, backdrop: bytes | None) -> OgView:
    return OgView(
        charity=ctx.charity.name,
        campaign=campaign.authored.name.get(locale),
        does=does,
        crisis=campaign.authored.crisis,
        backdrop=backdrop,
    )


def _progress(standing: Standing) -> float | None:
    """0 to 1; None below half of the goal, where a bar costs gifts."""
    return min(1.0, standing.percent / 100) if standing.percent >= HALF else None


def _late(say: Writer, campaign: Campaign) -> str:
    day, step = campaign.last_day, campaign.authored.next_step
    said = say("thanks-after-end", day=day) if day else say("thanks-after-end-undated")
    return f"{said} {step.get(say.locale)}" if step else said
