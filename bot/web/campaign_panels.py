"""Open campaigns as pages show them, in the reader's language, with their pictures."""

from collections import OrderedDict
from dataclasses import dataclass

from bot.domain.campaigns import Campaign
from bot.domain.deeplink import deep_link, give_payload
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.giving import campaign_cards, links
from content.catalog import Locale
from content.messages.giving import outside_line, progress_line
from content.writer import HALF, CampaignProgress, Writer

_PICTURES_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPanel:
    """One open campaign on a page."""

    name: str
    story: str
    progress_text: str
    outside: str = ""  # of the total that the picture shows
    does: str = ""
    deadline: str = ""
    progress: float | None = None
    picture_key: str | None = None  # the name of its picture below /pictures
    picture_alt: str = ""
    telegram_url: str | None = None
    discord_url: str | None = None


class CampaignPanels:
    """Panels of campaigns, and recently shown pictures, in memory."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._pictures: OrderedDict[str, bytes] = OrderedDict()

    async def of_all(self, locale: Locale) -> tuple[CampaignPanel, ...]:
        """Return the panel of every open campaign, the newest first."""
        async with self._ctx.db.read() as conn:
            open_now = await campaign_rows.open_campaigns(conn, self._ctx.clock())
        return tuple([await self.of(campaign, locale) for campaign in open_now])

    async def of(self, campaign: Campaign, locale: Locale) -> CampaignPanel:
        """Return the panel of one campaign."""
        ctx, say = self._ctx, Writer(self._ctx.catalog, locale)
        current = campaign_cards.progress_of(campaign)
        picture = await campaign_cards.picture(ctx, campaign, locale)
        self.keep_picture(picture.key, picture.png)
        return CampaignPanel(
            name=campaign.authored.name.get(locale),
            story=campaign.authored.story.get(locale),
            progress_text=progress_line(say, current),
            outside=outside_line(say, current, alone=True),
            does=does_of(ctx, say, campaign),
            deadline=say("deadline", day=campaign.last_day) if campaign.last_day else "",
            progress=bar_share(current),
            picture_key=picture.key,
            picture_alt=picture.alt,
            telegram_url=telegram_url(ctx, give_payload(campaign.id)),
            discord_url=_install_url(ctx),
        )

    def keep_picture(self, key: str, png: bytes) -> None:
        """Cache a picture, evicting the least recently drawn one."""
        self._pictures[key] = png
        self._pictures.move_to_end(key)
        if len(self._pictures) > _PICTURES_KEPT:
            self._pictures.popitem(last=False)

    def picture(self, key: str) -> bytes | None:
        """Return the PNG with this key, or None if it is not cached."""
        return self._pictures.get(key)


def telegram_url(ctx: Context, payload: str) -> str | None:
    """Return the address of the bot's Telegram chat, with a start payload; None without Telegram."""
    username = ctx.identity.telegram_username
    if username is None:
        return None
    return deep_link(username, payload) if payload else f"https://t.me/{username}"


def _install_url(ctx: Context) -> str | None:
    """Return the address that adds the app to a person's own Discord account; None without Discord."""
    application = ctx.identity.discord_application_id
    return f"https://discord.com/oauth2/authorize?client_id={application}" if application else None


def does_of(ctx: Context, say: Writer, campaign: Campaign) -> str:
    """Return what the middle suggested amount does; empty while none can be paid."""
    amounts = links.payable_amounts(ctx, campaign)
    return say.does(campaign.authored, amounts[(len(amounts) - 1) // 2]) if amounts else ""


def bar_share(current: CampaignProgress) -> float | None:
    """Return 0 to 1; None below half of the goal, where a bar costs gifts."""
    return min(1.0, current.percent / 100) if current.percent >= HALF else None
