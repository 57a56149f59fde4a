"""Forms: a window that asks for one text, and what comes back from it.

Like a button it carries in its custom_id all that the answer needs, so that it works after a restart.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.usecases.reply import Form
from content.cards import shorten

FORM_PREFIX = "f:"
MAX_TITLE = 45
MAX_LABEL = 45
MAX_TEXT = 4000


def window(form: Form) -> discord.ui.Modal:
    """The form as Discord opens it. Needs a running loop."""
    modal = discord.ui.Modal(
        title=shorten(form.title, MAX_TITLE), custom_id=f"{FORM_PREFIX}{form.answers}", timeout=None
    )
    field = discord.ui.TextInput[Any](
        style=discord.TextStyle.paragraph if form.long else discord.TextStyle.short,
        custom_id="text",
        default=form.value[:MAX_TEXT] or None,
        max_length=MAX_TEXT,
    )
    modal.add_item(discord.ui.Label(text=shorten(form.label, MAX_LABEL), component=field))
    modal.stop()  # discord.py would else keep it for ever, and its answer needs none of that
    return modal


def filled_in(interaction: discord.Interaction) -> tuple[str, str] | None:
    """What a submitted form of ours answers and what was written; None for anything else."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    name = str(data.get("custom_id", ""))
    if not name.startswith(FORM_PREFIX):
        return None
    return name.removeprefix(FORM_PREFIX), next(_texts(data.get("components", ())), "")


def _texts(components: Any) -> Iterator[str]:
    for one in components:
        if "value" in one:
            yield str(one["value"])
        yield from _texts(one.get("components", ()))
        if "component" in one:
            yield from _texts((one["component"],))
