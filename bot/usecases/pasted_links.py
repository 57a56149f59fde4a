"""A link of ours that someone pasted: it does what a tap on it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.courtesies import are_courtesies, words_of
from bot.domain.deeplink import InvitePayload, pasted_payload, read_payload
from bot.domain.people import Contact, Supporter
from bot.store.referrals import invites
from bot.usecases.context import Context
from bot.usecases.referrals import invite, invite_handlers
from bot.usecases.reply import Reply

Start = Callable[[Context, Contact, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text with a link of ours: the link's payload, and the words around it."""

    text: str
    payload: str
    around: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The reply to the link, and what must be answered besides; empty if the rest says nothing of their own."""

    reply: Reply
    words: str


def read(ctx: Context, text: str) -> Pasted | None:
    """Return the link of ours in a text, or None."""
    found = pasted_payload(text, ctx.identity.telegram_username, ctx.public_url)
    return None if found is None else Pasted(text, *found)


async def follow(ctx: Context, contact: Contact, known: Supporter | None, pasted: Pasted, start: Start) -> Followed:
    """Follow the link. `known`: who pasted it, if recorded; `start`: answers a payload."""
    link = read_payload(pasted.payload)
    if not isinstance(link, InvitePayload):  # such links are not passed on to anyone
        return Followed(await start(ctx, contact, pasted.payload), _own(pasted.around))
    words = "" if await _came_with(ctx, link, pasted.around) else _own(pasted.around) and pasted.text
    if known is not None and await invite.is_own_code(ctx, known, link.code):
        return Followed(await invite_handlers.show(ctx, known, "", is_staff=False), words)
    return Followed(await start(ctx, contact, pasted.payload), words)


def _own(around: str) -> str:
    """Return the words around a link, or nothing if they only say hello or thanks."""
    return "" if "?" not in around and are_courtesies(words_of(around)) else around


async def _came_with(ctx: Context, link: InvitePayload, around: str) -> bool:
    """Return whether the words are those that a donor sends with their invite."""
    async with ctx.db.read() as conn:
        theirs = await invites.by_code(conn, link.code)
    known = {(theirs.words or "") if theirs is not None else "", *await invite_handlers.ready_texts(ctx)}
    return " ".join(around.split()) in {" ".join(text.split()) for text in known}
