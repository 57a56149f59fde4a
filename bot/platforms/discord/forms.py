"""Forms: a window that asks for one text, and what comes back from it.

Like a button it carries in its custom_id all that the answer needs, so that it works after a restart. It also carries
when it was opened, since Discord leaves windows open for as long as people like.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.usecases.reply import Form
from content.cards import shorten

FORM_PREFIX = "w:"  # then the time of opening (Unix seconds in hex) and what it answers
_UNDATED_PREFIX = "f:"  # windows that an older version opened: nobody knows when
MAX_TITLE = 45
MAX_LABEL = 45
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was submitted. `open_for`: how long its window was open, by Discord's clock."""

    answers: str
    text: str
    open_for: timedelta


def window(form: Form, opened_at: datetime) -> discord.ui.Modal:
    """The form as Discord opens it, at this time (UTC). Needs a running loop."""
    custom_id = f"{FORM_PREFIX}{int(opened_at.timestamp()):x}:{form.answers}"
    modal = discord.ui.Modal(title=shorten(form.title, MAX_TITLE), custom_id=custom_id, timeout=None)
    field = discord.ui.TextInput[Any](
        style=discord.TextStyle.paragraph if form.long else discord.TextStyle.short,
        custom_id="text",
        default=form.value[:MAX_TEXT] or None,
        max_length=MAX_TEXT,
    )
    modal.add_item(discord.ui.Label(text=shorten(form.label, MAX_LABEL), component=field))
    modal.stop()  # discord.py would else keep it for ever, and its answer needs none of that
    return modal


def filled_in(interaction: discord.Interaction) -> Filled | None:
    """What a submitted form of ours answers and what was written; None for anything else."""
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
    for one in components:
        if "value" in one:
            yield str(one["value"])
        yield from _texts(one.get("components", ()))
        if "component" in one:
            yield from _texts((one["component"],))
