"""discord.py's gateway connection: kept, with pauses that grow, and proof against events that cannot be parsed.

In discord.py a parser that raises ends the whole connection: the next attempt identifies anew (Discord allows 1,000 a
day) and the socket before it stays open.
"""

import functools
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import discord

from bot.logs import place_of

logger = logging.getLogger(__name__)

_KNOWS_US = "READY"  # without it nothing works, so its failure ends the connection


def isolate_parsers(client: discord.Client) -> Counter[str]:
    """Have each gateway event parsed by itself; the count, by name, of those that could not be, is kept up to date."""
    unreadable: Counter[str] = Counter()
    parsers: dict[str, Callable[[Any], None]] = client._connection.parsers
    for name, parse in parsers.items():
        if name != _KNOWS_US:
            parsers[name] = _isolated(name, parse, unreadable)
    return unreadable


def _isolated(name: str, parse: Callable[[Any], None], unreadable: Counter[str]) -> Callable[[Any], None]:
    @functools.wraps(parse)
    def parse_alone(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            unreadable[name] += 1
            logger.error(
                "a Discord event (%s) could not be read and is skipped: %s; %d so far",
                name,
                place_of(error),
                unreadable.total(),
            )

    return parse_alone
