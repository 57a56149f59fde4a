"""Notices to staff about invites into channels and servers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from bot.domain.people import Locale, PlatformName
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from content.cards import Card, Tap
from content.messages import referrals
from content.messages import referrals_staff as messages

Renderer = Callable[[Context, Notice, Locale], Awaitable[Card]]


async def _invites_lost(ctx: Context, notice: Notice, locale: Locale) -> Card:
    platform = cast(PlatformName, notice.args["platform"])
    places = Tap(action=f"pl:{notice.args['place']}")
    return messages.invites_lost(ctx.catalog, locale, str(notice.args["title"]), platform, places)


async def _invite_many(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return referrals.invite_used_by_many(ctx.catalog, locale, int(notice.args["people"]))


KINDS: Mapping[str, Renderer] = {"invites_lost": _invites_lost, "invite_many": _invite_many}
