"""The `?start=` payloads of deep links: at most 64 characters of [A-Za-z0-9_-] (Telegram's rule)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from bot.domain.ids import read_id
from payments.reference import Touch, TouchKind

DATA_PAGE = "/mydata/"  # before the token of a link to one's own data
_NEW_ADDRESS = r"(?<![\w.@/-])"  # not the end of another address
_WEB = r"(?:https?://)?(?:www\.)?"
_TELEGRAM = rf"{_WEB}(?:t|telegram)\.(?:me|dog)"
_BEFORE = r"(?:[\w.~%+-]+(?:=[^\s&#<>]*)?&)*"  # other parameters of an address
_AFTER = r"(?:&[\w.~%+=&;-]*)?(?:#[\w.~%+=&/-]*)?"
_SHARED = re.compile(rf"{_NEW_ADDRESS}(?:{_TELEGRAM}/share(?:/url)?/?|tg:/{{0,2}}msg_url/?)\?([^\s<>]+)", re.IGNORECASE)
_GIVE = re.compile(r"g_(\d{1,19})(?:_(\d{1,12}))?(?:_([a-z])(\d{1,19}))?")
_ASK = re.compile(r"a_(\d{1,19})(?:_([a-z])(\d{1,19}))?")
_CLAIM = re.compile(r"[ck]_([A-Za-z0-9-]{8,62})")  # k: from the page of a link made for one person
_CARD = re.compile(r"q_([A-Za-z0-9-]{8,62})")
_STAFF = re.compile(r"s_([A-Za-z0-9-]{8,62})")
_INVITE = re.compile(r"i_([A-Za-z0-9]{12})(?:_(\d{1,19})(?:_(\d{1,12}))?)?")


@dataclass(frozen=True, slots=True)
class GivePayload:
    """Opens a campaign, with the amount (minor units) and the touch of the tapped card."""

    campaign_id: int
    minor: int | None
    touch: Touch


@dataclass(frozen=True, slots=True)
class AskPayload:
    """Asks for an amount for a campaign, with the touch of the tapped card."""

    campaign_id: int
    touch: Touch


@dataclass(frozen=True, slots=True)
class ClaimPayload:
    """Claims a gift, from the page shown after paying."""

    token: str


@dataclass(frozen=True, slots=True)
class CardPayload:
    """Comes back from Stripe's page that saved a card, with its one-time code."""

    code: str


@dataclass(frozen=True, slots=True)
class StaffPayload:
    """Accepts an invitation to the team, by its one-time code."""

    code: str


@dataclass(frozen=True, slots=True)
class InvitePayload:
    """Follows a supporter's invite, optionally to a campaign and amount (minor units)."""

    code: str
    campaign_id: int | None = None
    minor: int | None = None


Payload = GivePayload | AskPayload | ClaimPayload | CardPayload | StaffPayload | InvitePayload


def deep_link(username: str, payload: str) -> str:
    """Return a link that opens the bot's private chat with this payload."""
    return f"https://t.me/{username}?start={payload}"


def pasted_payload(text: str, username: str | None, public_url: str) -> tuple[str, str] | None:
    """Return the payload of a link of ours that someone pasted, and the words around it; None without one.

    `username`: the Telegram bot's; `public_url`: where our web pages are, or empty. Pages of invites count too. Apps
    and people write the same address in many ways: without its scheme, with capitals, with a full stop behind it, or
    within the address that shares it.
    """
    text = _SHARED.sub(lambda found: _shared(found[1]), text)
    into_bot = _into_bot(username) if username else None
    page = _invite_page(public_url) if public_url else None
    patterns = [pattern for pattern in (into_bot, page) if pattern is not None]
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    if found is None:
        return None
    around = text
    for pattern in patterns:
        around = pattern.sub("", around)
    if found.re is page:
        return invite_payload(found[1], read_id(found[2]) if found[2] else None), around.strip()
    return found[1][:2].lower() + found[1][2:], around.strip()


def _shared(query: str) -> str:
    """Return what a link to Telegram's "Share" shares: the address in it and its words."""
    fields = parse_qs(query)
    return " ".join(value for name in ("url", "text") for value in fields.get(name, ()))


def _into_bot(username: str) -> re.Pattern[str]:
    """Return the pattern of links into the bot, by each address that Telegram gives it; its group is the payload."""
    name = re.escape(username)
    site = rf"(?:{_TELEGRAM}/{name}|{_WEB}{name}\.t\.me)/?\?{_BEFORE}"
    app = rf"tg:/{{0,2}}resolve/?\?(?={_BEFORE}domain={name}(?!\w)){_BEFORE}"
    return re.compile(rf"{_NEW_ADDRESS}(?:{site}|{app})start=([A-Za-z0-9_-]{{1,64}}){_AFTER}", re.IGNORECASE)


def _invite_page(public_url: str) -> re.Pattern[str]:
    address = re.escape(re.sub(r"\Ahttps?://(?:www\.)?", "", public_url, flags=re.IGNORECASE).rstrip("/"))
    campaign = r"(?:\?(?:[\w.=%-]+&)*c=(\d{1,19})\b[\w.=&%-]*|[?&][\w.=&%-]*)?(?:#[\w.=&%/-]*)?"
    pattern = rf"{_NEW_ADDRESS}{_WEB}{address}/i/([A-Za-z0-9]{{12}})(?![A-Za-z0-9])/?{campaign}"
    return re.compile(pattern, re.IGNORECASE)


def without_data_links(text: str) -> str:
    """Return a text that may be passed on: links to someone's own data in it open nothing."""
    return re.sub(rf"({DATA_PAGE})[0-9A-Za-z-]{{20,}}", r"\1…", text, flags=re.IGNORECASE)


def give_payload(campaign_id: int, minor: int | None = None, touch: Touch | None = None) -> str:
    """Return the payload of a shared card's button."""
    amount = "" if minor is None else f"_{minor}"
    origin = "" if touch is None else f"_{touch.kind.value}{touch.id}"
    return f"g_{campaign_id}{amount}{origin}"


def card_payload(code: str) -> str:
    """Return the payload with which Stripe's page leads back once a card is saved."""
    return f"q_{code}"


def ask_payload(campaign_id: int, touch: Touch) -> str:
    """Return the payload of a shared card's "Other amount"."""
    return f"a_{campaign_id}_{touch.kind.value}{touch.id}"


def invite_payload(code: str, campaign_id: int | None = None, minor: int | None = None) -> str:
    """Return the payload of a supporter's own link; an amount needs a campaign."""
    campaign = "" if campaign_id is None else f"_{campaign_id}"
    amount = "" if campaign_id is None or minor is None else f"_{minor}"
    return f"i_{code}{campaign}{amount}"


def read_touch(kind: str | None, digits: str | None) -> Touch:
    """Return the touch that a button or link carries; the command touch if it carries none, or none of ours."""
    touch_id = read_id(digits) if digits else None
    if kind not in {k.value for k in TouchKind} or touch_id is None:
        return Touch(TouchKind.COMMAND)
    return Touch(TouchKind(kind), touch_id)


def read_payload(text: str) -> Payload | None:
    """Return what a payload means, or None if it is foreign, truncated or forged."""
    if match := _GIVE.fullmatch(text):
        campaign, minor, kind, ident = match.groups()
        campaign_id = read_id(campaign)
        if campaign_id is None:
            return None
        return GivePayload(campaign_id, int(minor) if minor else None, read_touch(kind, ident))
    if match := _ASK.fullmatch(text):
        campaign_id = read_id(match[1])
        return None if campaign_id is None else AskPayload(campaign_id, read_touch(match[2], match[3]))
    if match := _CLAIM.fullmatch(text):
        return ClaimPayload(match.group(1))
    if match := _CARD.fullmatch(text):
        return CardPayload(match.group(1))
    if match := _STAFF.fullmatch(text):
        return StaffPayload(match.group(1))
    if match := _INVITE.fullmatch(text):
        code, campaign, minor = match.groups()
        return InvitePayload(code, read_id(campaign) if campaign else None, int(minor) if minor else None)
    return None
