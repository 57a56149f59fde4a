"""The return page after a payment: its texts and addresses."""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.usecases.context import Context
from bot.usecases.gifts import gift_page
from bot.usecases.giving import campaign_cards
from bot.web.campaign_panels import bar_share, telegram_url
from content.catalog import Locale
from content.messages.gifts import receipt_sentence
from content.messages.giving import progress_line
from content.writer import Writer
from payments.money import Money

_LOOKUPS_A_SECOND = 5
_SESSIONS_KEPT = 1000
_DISCORD_URL = "https://discord.com/channels/@me"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPage:
    """Finished texts and addresses; None or empty omits a part.

    `unknown`: the webhook has not arrived yet, or there is no such payment. `progress` is 0 to 1, and None below half
    of the goal. `disown_token` proves that we showed this gift's page; it is sent back for "this wasn't me".
    """

    state: gift_page.Status
    locale: Locale = "fr"  # of the texts
    money: str = ""
    campaign: str = ""
    does: str = ""
    total: str = ""
    progress: float | None = None
    is_anonymous: bool = False
    claim_url: str | None = None  # Telegram
    claim_code: str | None = None  # Discord
    telegram_url: str | None = None  # back to the chat
    discord_url: str | None = None
    statement: str = ""  # what a card statement shows
    receipt: str = ""  # the sentence about tax receipts
    late: str | None = None
    disown_token: str = ""
    is_monthly: bool = False
    next_on: str = ""  # of a monthly gift: the day of the next one
    how_to_end: str = ""
    end_url: str | None = None

    @property
    def can_disown(self) -> bool:
        """Whether "this wasn't me" is offered."""
        return bool(self.disown_token)

    @property
    def is_waiting(self) -> bool:
        """Whether loading the page again may show more."""
        return self.state == "unknown"


class GiftPages:
    """Return pages by Stripe session ID, with what Stripe said about unknown sessions."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._asked: deque[datetime] = deque()
        self._looked_up: OrderedDict[str, Money | None] = OrderedDict()  # sessions that Stripe was asked about

    async def of(self, session_id: str, asked: Locale | None, browsers: Locale) -> GiftPage:
        """Return the page of the gift that this session paid: in the language asked for, else the donor's."""
        ctx = self._ctx
        found = await gift_page.facts(ctx, session_id, may_ask=self._may_ask_stripe(session_id))
        if session_id in self._looked_up:  # a waiting page keeps showing the amount once Stripe has given it
            self._looked_up[session_id] = found.money or self._looked_up[session_id]
            found = replace(found, money=self._looked_up[session_id])
        locale = asked or found.locale or browsers
        say = Writer(ctx.catalog, locale)
        money = say.money(found.money) if found.money else ""
        receipt = receipt_sentence(say, ctx.charity)
        campaign = found.campaign
        if campaign is None or found.money is None:
            return GiftPage(state="unknown", locale=locale, money=money, receipt=receipt)
        claim = f"c_{found.claim_token}" if found.claim_token else ""  # going back asks whether the gift is theirs
        current = campaign_cards.progress_of(campaign) if found.money.currency == campaign.goal.currency else None
        return GiftPage(
            state=found.status,
            locale=locale,
            money=money,
            campaign=campaign.authored.name.get(locale),
            does=say.does(campaign.authored, found.money),
            total=progress_line(say, current) if current is not None and found.status == "paid" else "",
            progress=bar_share(current) if current is not None else None,
            next_on=say.catalog.date(locale, found.next_on) if found.next_on else "",
            is_monthly=found.is_monthly,
            how_to_end=_how_to_end(ctx, say) if found.goes_on else "",
            end_url=ctx.identity.stripe_login_url if found.goes_on else None,
            is_anonymous=found.claim_token is not None,
            claim_url=telegram_url(ctx, claim) if claim and found.platform != "telegram" else None,
            claim_code=found.claim_token if ctx.identity.discord_application_id else None,
            telegram_url=telegram_url(ctx, claim) if found.platform == "telegram" else None,
            discord_url=_DISCORD_URL if found.platform == "discord" else None,
            statement=ctx.statement,
            receipt=receipt,
            late=_late(say, campaign) if found.late else None,
            disown_token=found.disown_token or "",
        )

    def _may_ask_stripe(self, session_id: str) -> bool:
        """Return whether Stripe may be asked about an unknown session.

        Once per session, although its page loads several times, and at most five times a second: creating links needs
        the rest of Stripe's limit.
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


def _how_to_end(ctx: Context, say: Writer) -> str:
    how = "how-to-end-page" if ctx.identity.stripe_login_url else "how-to-end-receipt"
    return f"{say(how)} {say('how-to-end-charity', charity=ctx.charity.name, contact=ctx.charity.contact)}"


def _late(say: Writer, campaign: Campaign) -> str:
    day, step = campaign.last_day, campaign.authored.next_step
    sentence = say("thanks-after-end", day=day) if day else say("thanks-after-end-undated")
    return f"{sentence} {step.get(say.locale)}" if step else sentence
