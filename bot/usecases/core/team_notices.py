"""Notices to all staff about the team and the freeze: rows of the notices table."""

from collections.abc import Mapping
from typing import Literal

from bot.domain.people import Locale
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from bot.usecases.core.notify import Renderer
from content.cards import Card
from content.messages import staff, staff_freeze


def _team(kind: Literal["added", "removed", "role", "finance", "discord"]) -> Renderer:
    async def render(ctx: Context, notice: Notice, locale: Locale) -> Card:
        args = {name: str(value) for name, value in notice.args.items()}
        label = args.get("label") or args.get("name", "")
        view = staff.TeamNewsView(kind=kind, label=label, role=args.get("role", ""), by=args.get("by", ""))
        return staff.team_news(ctx.catalog, locale, view)

    return render


def _freeze(kind: Literal["on", "off"]) -> Renderer:
    async def render(ctx: Context, notice: Notice, locale: Locale) -> Card:
        by, why = str(notice.args.get("by", "")), str(notice.args.get("why", ""))
        return staff_freeze.freeze_news(ctx.catalog, locale, kind=kind, by=by, why=why)

    return render


KINDS: Mapping[str, Renderer] = {
    "staff_added": _team("added"),
    "staff_removed": _team("removed"),
    "staff_role": _team("role"),
    "staff_finance": _team("finance"),
    "staff_discord_role": _team("discord"),
    "frozen": _freeze("on"),
    "freeze_lifted": _freeze("off"),
}
