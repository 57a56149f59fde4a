"""Discord's permission bits, as far as the fake needs them."""

from collections.abc import Iterable

from bot.sandbox.discord.errors import VerbError

BITS = {
    "create_instant_invite": 1 << 0, "manage_channels": 1 << 4, "manage_guild": 1 << 5, "add_reactions": 1 << 6,
    "view_channel": 1 << 10, "send_messages": 1 << 11, "manage_messages": 1 << 13, "embed_links": 1 << 14,
    "attach_files": 1 << 15, "read_message_history": 1 << 16, "mention_everyone": 1 << 17,
    "send_messages_in_threads": 1 << 38, "pin_messages": 1 << 51,
}  # fmt: skip


def bits(names: Iterable[str]) -> int:
    """Return the bits of these names. Raises VerbError for an unknown name."""
    found = 0
    for name in names:
        if name not in BITS:
            raise VerbError(f"no such permission: {name}; known are {sorted(BITS)}")
        found |= BITS[name]
    return found


ALL = bits(BITS)
EVERYONE = bits(("create_instant_invite", "add_reactions", "view_channel", "send_messages", "embed_links",
                 "attach_files", "read_message_history", "send_messages_in_threads"))  # fmt: skip
