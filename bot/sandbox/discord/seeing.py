"""Messages, menus and modals as a person sees them."""

from __future__ import annotations

from bot.sandbox.discord import shapes
from bot.sandbox.discord.components import BUTTON, MENUS, ROW, TEXT, modal_fields, walk
from bot.sandbox.discord.world import LOADING, Channel, Message, User, World
from bot.sandbox.kit import Json

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}


def seen(world: World, it: Message) -> Json:
    """Return a message as seen. `buttons`: rows of buttons; `text`: all its text; `pings`: whom it pings."""
    return {
        "id": str(it.id),
        "channel_id": str(it.channel_id),
        "author": {"id": str(it.author.id), "name": it.author.name, "bot": it.author.bot},
        "content": it.content,
        "text": words(it),
        "embeds": it.embeds,
        "attachments": [file for file in it.files if file["id"] not in it.inside],
        "files": it.files,
        "components": it.components,
        "buttons": [_buttons(row) for row in it.components if row["type"] == ROW],
        "flags": it.flags,
        "ephemeral": it.ephemeral_to is not None,
        "loading": bool(it.flags & LOADING),
        "edited": it.edited is not None,
        "pinned": it.pinned_at is not None,
        "pings": it.pings,
        "reactions": {emoji: len(people) for emoji, people in it.reactions.items()},
        "reply_to": str(it.replies_to) if it.replies_to else None,
        "command": it.origin.command if it.origin else None,
        "date": shapes.moment(it.timestamp),
    }


def words(it: Message) -> str:
    """Return all readable text of the message, to search in."""
    texts = [it.content]
    for embed in it.embeds:
        texts += [embed.get("title", ""), embed.get("description", "")]
        for field in embed.get("fields", []):
            texts += [field["name"], field["value"]]
        texts.append(embed.get("footer", {}).get("text", ""))
    texts += [block["content"] for block in walk(it.components) if block["type"] == TEXT]
    return "\n".join(text for text in texts if text)


def _buttons(row: Json) -> list[Json]:
    return [
        {"label": one.get("label"), "custom_id": one.get("custom_id"), "url": one.get("url"),
         "style": STYLES[one["style"]], "disabled": bool(one.get("disabled"))}
        for one in row["components"] if one["type"] == BUTTON
    ]  # fmt: skip


def usable(it: Message, wanted: str, menus: bool = False) -> Json | None:
    """Return the button (or menu) with this custom id or label."""
    for component in walk(it.components):
        kinds = MENUS if menus else (BUTTON,)
        if component["type"] in kinds and wanted in (component.get("custom_id"), component.get("label")):
            return component
    return None


def visible(it: Message, viewer: User | None) -> bool:
    """Return whether the viewer sees the message; without a viewer everything is visible."""
    return viewer is None or it.ephemeral_to in (None, viewer.id)


def everything_for(world: World, user: User) -> list[Message]:
    """Return all messages between the bot and the user: their DM, and ephemeral answers in any channel."""
    found = []
    for channel in world.channels.values():
        theirs = _is_theirs(channel, user)
        found += [m for m in channel.messages.values() if m.ephemeral_to == user.id or (theirs and not m.ephemeral_to)]
    return sorted(found, key=lambda m: m.id)


def _is_theirs(channel: Channel, user: User) -> bool:
    return channel.guild_id is None and channel.with_bot and channel.recipients == [user.id]


def modal_view(modal: Json) -> Json:
    fields = [
        {"custom_id": field["custom_id"], "label": label, "required": field.get("required") is not False,
         "value": field.get("value") or "", "placeholder": field.get("placeholder") or "",
         "min_length": field.get("min_length") or 0, "max_length": field.get("max_length") or 4000}
        for _path, label, field in modal_fields(modal)
    ]  # fmt: skip
    return {"custom_id": modal["custom_id"], "title": modal["title"], "fields": fields}
