"""The page behind a donor's invite: its texts, addresses and preview picture."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

from bot.domain.campaigns import Campaign
from bot.domain.deeplink import give_payload, invite_payload
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.giving import links
from bot.usecases.referrals import invite_page
from bot.usecases.referrals.invite_page import InviteFacts, Visits
from bot.web.campaign_panels import CampaignPanel, CampaignPanels, does_of, telegram_url
from content.catalog import Locale
from content.pictures.link_preview import OgView, og_key, og_picture
from content.writer import Writer
from payments.reference import NOBODY, Reference

_VIEWS_KEPT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLink:
    """An amount as shown, and the address where it is paid."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    """The page behind a donor's invite. An unknown code has the same one, without `invite_id` and `inviter`."""

    campaign: CampaignPanel | None  # None: none is open
    campaign_id: int = 0
    invite_id: int | None = None
    inviter: str | None = None  # only if they agreed to be named
    amounts: tuple[PayLink, ...] = ()
    other_url: str | None = None
    telegram_url: str | None = None
    on_discord: bool = False
    preview: str | None = None  # path of the picture beside a shared link
    does: str = ""


class InvitePages:
    """Pages of invites. `address`, the visitor's, limits how many codes they can try; it is not stored."""

    def __init__(self, ctx: Context, panels: CampaignPanels) -> None:
        self._ctx = ctx
        self._panels = panels
        self._visits = Visits(ctx)
        self._views: OrderedDict[tuple[int, int, Locale, str], tuple[str, OgView]] = OrderedDict()

    async def of(self, code: str, campaign_id: int | None, locale: Locale, address: str) -> InvitePage:
        """Return the page of a code, for the shared campaign if it is still open."""
        found = await invite_page.facts(self._ctx, code, campaign_id, self._visits, address)
        campaign = found.campaign
        page = InvitePage(
            campaign=await self._panels.of(campaign, locale) if campaign else None,
            invite_id=found.invite.id if found.invite else None,
            inviter=found.inviter,
            telegram_url=telegram_url(self._ctx, _payload(code, campaign)),
            on_discord=found.on_discord,
        )
        return page if campaign is None else await self._with_amounts(page, campaign, found, locale)

    async def into_discord(self, code: str, address: str) -> str | None:
        """Return Discord's invite into the server, created now if needed; None if there is none."""
        return await invite_page.discord_link(self._ctx, code, self._visits, address)

    async def preview(self, campaign_id: int, locale: Locale) -> tuple[str, bytes] | None:
        """Return the key and PNG of the preview that apps show for a shared link; None for an unknown campaign."""
        async with self._ctx.db.read() as conn:
            campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
        if campaign is None:
            return None
        key, view = await self._preview_of(campaign, locale)
        png = self._panels.picture(f"og-{key}")
        if png is None:
            png = await asyncio.to_thread(og_picture, view)
            self._panels.keep_picture(f"og-{key}", png)
        return key, png

    async def _with_amounts(
        self, page: InvitePage, campaign: Campaign, found: InviteFacts, locale: Locale
    ) -> InvitePage:
        ctx, say = self._ctx, Writer(self._ctx.catalog, locale)
        token = ctx.keyring.sign(Reference(NOBODY, campaign.id, found.touch))
        amounts = [
            PayLink(label=say.money(money), url=url)
            for money in links.payable_amounts(ctx, campaign)
            if (url := links.url_with_token(ctx, campaign.id, money.minor, token, locale)) is not None
        ]
        key, view = await self._preview_of(campaign, locale)
        return replace(
            page,
            campaign_id=campaign.id,
            amounts=tuple(amounts),
            other_url=links.url_with_token(ctx, campaign.id, links.ANY_AMOUNT, token, locale),
            preview=f"/og/{campaign.id}/{locale}-{key}.png",
            does=view.does,
        )

    async def _preview_of(self, campaign: Campaign, locale: Locale) -> tuple[str, OgView]:
        """Return the key and content of the preview; the campaign's picture is read once for each state."""
        does = does_of(self._ctx, Writer(self._ctx.catalog, locale), campaign)  # empty before links are warm
        state = (campaign.id, campaign.version, locale, does)
        if state not in self._views:
            async with self._ctx.db.read() as conn:
                backdrop = await campaign_rows.picture(conn, campaign.id)
            view = OgView(
                charity=self._ctx.charity.name,
                campaign=campaign.authored.name.get(locale),
                does=does,
                crisis=campaign.authored.crisis,
                backdrop=backdrop,
            )
            self._views[state] = og_key(view), view
            if len(self._views) > _VIEWS_KEPT:
                self._views.popitem(last=False)
        return self._views[state]


def _payload(code: str, campaign: Campaign | None) -> str:
    """Return the payload of the Telegram button; for a malformed code, only the campaign's."""
    if invite_page.CODE.fullmatch(code):
        return invite_payload(code, campaign.id if campaign else None)
    return give_payload(campaign.id) if campaign else ""
