"""Forms: a window that asks for one text, and its submission.

Like a button's, its custom_id holds all its state, so that it works after a restart. That includes the time of
opening, since a window may stay open for any time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.usecases.reply import Form
from content.cards import shorten

FORM_PREFIX = "w:"  # followed by the time of opening (Unix seconds in hex) and what it answers
_UNDATED_PREFIX = "f:"  # windows opened by an older version, without the time
MAX_TITLE = 45
MAX_LABEL = 45
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A submitted form. `open_for`: how long its window was open, by Discord's clock."""

    answers: str
    text: str
    open_for: timedelta


def window(form: Form, opened_at: datetime) -> discord.ui.Modal:
    """Return the window of a form opened at this time (UTC). Needs a running event loop."""
    custom_id = f"{FORM_PREFIX}{int(opened_at.timestamp()):x}:{form.answers}"
    modal = discord.ui.Modal(title=shorten(form.title, MAX_TITLE), custom_id=custom_id, timeout=None)
    field = discord.ui.TextInput[Any](
        style=discord.TextStyle.paragraph if form.long else discord.TextStyle.short,
        custom_id="text",
        default=form.value[:MAX_TEXT] or None,
        max_length=MAX_TEXT,
    )
    modal.add_item(discord.ui.Label(text=shorten(form.label, MAX_LABEL), component=field))
    modal.stop()  # otherwise discord.py would keep it forever
    return modal


def filled_in(interaction: discord.Interaction) -> Filled | None:
    """Return our submitted form, or None for any other interaction."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    name = str(data.get("custom_id", ""))
    text = next(_texts(data.get("components", ())), "")
    if name.startswith(_UNDATED_PREFIX):
        return Filled(answers=name.removeprefix(_UNDATED_PREFIX), text=text, open_for=timedelta.max)
    if not name.startswith(FORM_PREFIX):
        return None
    opened, _, answers = name.removeprefix(FORM_PREFIX).partition(":")
    open_for = interaction.created_at - datetime.fromtimestamp(int(opened, 16), UTC)
    return Filled(answers=answers, text=text, open_for=open_for)


def _texts(components: Any) -> Iterator[str]:
    for component in components:
        if "value" in component:
            yield str(component["value"])
        yield from _texts(component.get("components", ()))
        if "component" in component:
            yield from _texts((component["component"],))
