"""The away message: what people who write read instead of the promise of an answer, until its last day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.people import Locale
from bot.store.core import switches
from bot.store.db import Connection
from bot.usecases.context import Context, local_day
from bot.usecases.core import staff_texts
from content.catalog import LOCALES


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An away message, complete or being written. `until`: its last day in the charity's time zone, if any."""

    texts: Mapping[Locale, str]
    until: date | None = None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Away":
        """Read the stored form."""
        texts: dict[Locale, str] = {locale: body[locale] for locale in LOCALES if body.get(locale)}
        return cls(texts=texts, until=date.fromisoformat(body["until"]) if body.get("until") else None)

    def stored(self) -> dict[str, Any]:
        """Return the stored form."""
        return dict(self.texts) | {"until": self.until.isoformat() if self.until is not None else None}

    @property
    def is_complete(self) -> bool:
        """Whether it has a text in each language."""
        return all(self.texts.get(locale) for locale in LOCALES)

    def has_ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


async def current(ctx: Context, conn: Connection) -> Away | None:
    """Return the away message, or None if there is none or its last day is over."""
    switch = await switches.read(conn, switches.AWAY)
    if switch is None or not switch.on:
        return None
    away = Away.read(switch.value)
    return None if away.has_ended(local_day(ctx, ctx.clock())) else away


async def text(ctx: Context, locale: Locale) -> str:
    """Return the away message in a language; empty without one, or if it links to a site that is no longer allowed.

    Do not call within a transaction.
    """
    async with ctx.db.read() as conn:
        away = await current(ctx, conn)
    if away is None or await staff_texts.foreign(ctx, away.texts.values()) is not None:
        return ""
    return away.texts[locale]
