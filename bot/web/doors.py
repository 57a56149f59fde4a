"""What the web server is handed: its handlers, and what they give back for a page to show."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from content.catalog import Locale

GiftState = Literal["paid", "pending", "failed", "unknown"]
Disowned = Literal["done", "already", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a webhook's body. `status` is the HTTP status; `reason` is for our log, never for the caller."""

    status: int = 200
    reason: str = ""


ACCEPTED = Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPage:
    """The return page's words and addresses, written already; None or empty leaves a part out.

    `unknown`: the webhook is still on its way, or there is no such payment. `progress` is 0 to 1, and None below
    half of the goal. `disown_token` proves that we showed this gift's page; it is sent back for "this wasn't me".
    """

    state: GiftState
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
    receipt: str = ""  # the honest sentence about tax receipts
    late: str | None = None
    disown_token: str = ""
    next_on: str = ""  # of a monthly gift: the day of the next one
    how_to_end: str = ""
    end_url: str | None = None

    @property
    def is_monthly(self) -> bool:
        """Whether it renews by itself."""
        return bool(self.next_on)

    @property
    def can_disown(self) -> bool:
        """Whether "this wasn't me" is offered."""
        return bool(self.disown_token)

    @property
    def is_waiting(self) -> bool:
        """Whether looking again may show more."""
        return self.state == "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPanel:
    """One open campaign on the landing page, in the reader's language."""

    name: str
    story: str
    standing: str
    does: str = ""
    deadline: str = ""
    progress: float | None = None
    picture_key: str | None = None  # what `Doors.picture` knows it by
    picture_alt: str = ""
    telegram_url: str | None = None
    discord_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLink:
    """An amount as people write it, and where it is paid."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    """The page behind a donor's invite; a code that is not ours has the same one, without `invite_id` and `inviter`."""

    campaign: CampaignPanel | None  # none is open
    campaign_id: int = 0
    invite_id: int | None = None
    inviter: str | None = None  # only where they agreed to be named
    amounts: tuple[PayLink, ...] = ()
    other_url: str | None = None
    telegram_url: str | None = None
    on_discord: bool = False
    preview: str | None = None  # path of the picture beside a shared link
    does: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteDoors:
    """What the pages of invites need. `address` is where a visitor comes from; it is not kept."""

    page: Callable[[str, int | None, Locale, str], Awaitable[InvitePage]]  # code, campaign, language, address
    opened: Callable[[int, int, str], None]  # invite, campaign, what tells visitors apart
    into_discord: Callable[[str, str], Awaitable[str | None]]  # code, address -> Discord's invite, made now
    preview: Callable[[int, Locale], Awaitable[tuple[str, bytes] | None]]  # campaign -> key, PNG


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything the server can do besides drawing pages. A door that is None answers 404 or is left out."""

    stripe: Callable[[bytes, str], Awaitable[Outcome]]  # raw body, Stripe-Signature
    health: Callable[[], Awaitable[Mapping[str, object]]]  # "ok" says whether all is well
    # token, minor units, language, whether monthly; None: takes no gifts any more
    link: Callable[[str, int, Locale, bool], Awaitable[str | None]]
    count_tap: Callable[[str], None]  # the token of a short link that a person tapped
    gift_page: Callable[[str, Locale], Awaitable[GiftPage]]  # by Stripe's session id
    disown: Callable[[str], Awaitable[Disowned]]
    campaigns: Callable[[Locale], Awaitable[tuple[CampaignPanel, ...]]]
    telegram: Callable[[bytes, str | None], Awaitable[int]] | None = None  # raw body, secret header -> HTTP status
    picture: Callable[[str], bytes | None] | None = None  # PNG by key
    invites: InviteDoors | None = None
