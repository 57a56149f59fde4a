"""Addresses in plain text: what chats turn into links, and whether those may lead there.

Telegram links far more than https addresses: bare names of sites in any case and script, IP addresses, ports,
e-mail addresses, `tg://` and `ton://`, @names (td/telegram/MessageEntity.cpp of tdlib: `match_urls`, `fix_url`,
`match_mentions`, `match_tg_urls`), `#tag@name` (Bot API, MessageEntity). Discord links anything with a scheme. The
patterns here find at least what those do.
Each text is read twice: as Telegram reads it, character by character, and as a browser does, which replaces look-alikes
by the letters they resemble (NFKC) and ignores invisible characters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

_LIST = Path(__file__).parent / "assets" / "top_level_domains.txt"
# In no root zone, but linked by Telegram (test/message_entities.cpp of tdlib: "telegram.ton").
_LINKED_TOO = frozenset({"ton", "onion"})
_END = r"\s<\u2000-\u200b\u200e\u200f\u2016-\u206f"  # characters that end an address: spaces and punctuation
# The characters of a host name, as in tdlib's is_domain_symbol: emoji are valid, U+0080 to U+00BF are not.
_PART = r"[0-9A-Za-z_~\-\u00c0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\U0010ffff]+"
_SITE = rf"{_PART}(?:\.{_PART})+"
_SCHEME = re.compile(rf"(?<![a-z0-9+-])[a-z][a-z0-9+-]*://[^{_END}>\"«»]*", re.IGNORECASE)
_WHOLE = re.compile(r"[^\s<]*")  # where Discord ends an address with a scheme
_HOST = re.compile(rf"(?P<host>{_SITE})(?P<path>(?::\d+)?(?:[/?#\\][^{_END}>\"«»]*)?)")
_EMAIL = re.compile(rf"(?<![\w.+-])(?P<user>[a-z0-9_.+-]+)@(?P<host>{_SITE})", re.IGNORECASE)
_NAME = re.compile(r"(?:(?<!\w)|/\w{1,64}|[#$]\w{1,256})@(?P<name>[a-z0-9_]{3,32})", re.IGNORECASE)
_BREAKS = ".@:\u3002\uff0e\uff61\u2024\uff20\uff1a"  # an invisible character after one of these prevents the link
_INVISIBLE = "\u2060"
_TRAILING = ".,;:!?)'\"’”»>…*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """Where links may lead: these hosts and their subdomains, these names and e-mail addresses, and our own bot."""

    hosts: frozenset[str] = frozenset()
    bot: str = ""  # user name on Telegram, without @
    names: frozenset[str] = frozenset()  # other user names on Telegram, without @
    emails: frozenset[str] = frozenset()

    def allow(self, address: str) -> bool:
        """Return whether an http(s) address leads to one of them."""
        try:
            parts = urlsplit(address)
            host, _ = _ascii((parts.hostname or "").rstrip(".")), parts.port  # a port that is none raises as well
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or parts.username is not None or "\\" in address:
            return False
        if host == "t.me" and self.allow_name(parts.path.strip("/")):
            return True
        return any(host == known or host.endswith("." + known) for known in map(_ascii, self.hosts))

    def allow_name(self, name: str) -> bool:
        """Return whether this is our bot on Telegram, or another allowed name."""
        return bool(name) and name.lower() in {one.lower() for one in (self.bot, *self.names)}

    def allow_email(self, user: str, host: str) -> bool:
        """Return whether an e-mail address is the charity's own, or at one of the hosts."""
        return f"{user}@{host}".lower() in {email.lower() for email in self.emails} or self.allow(f"https://{host}")


@dataclass(frozen=True, slots=True)
class Address:
    """A part of the text, from `start` to `end`, that a chat would turn into a link."""

    start: int
    end: int
    text: str


def foreign_address(text: str, allowed: Domains) -> Address | None:
    """Return the first address in plain text that leads elsewhere, or None."""
    return next(iter(foreign_addresses(text, allowed)), None)


def foreign_addresses(text: str, allowed: Domains) -> list[Address]:
    """Return every address in plain text that leads elsewhere, by position."""
    return list(_all_foreign(text, allowed))


@lru_cache(maxsize=256)  # texts that are sent automatically are checked each time
def _all_foreign(text: str, allowed: Domains) -> tuple[Address, ...]:
    found = {*_foreign(text, range(len(text)), text, allowed), *_foreign(*_folded(text), text, allowed)}
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def unlinked(text: str, allowed: Domains) -> str:
    """Return the text with an invisible character in every foreign address, so that no chat links it."""
    broken = {
        at + 1 for one in foreign_addresses(text, allowed) for at in range(one.start, one.end) if text[at] in _BREAKS
    }
    return "".join(_INVISIBLE + sign if at in broken else sign for at, sign in enumerate(text))


def _foreign(read: str, places: Sequence[int], text: str, allowed: Domains) -> Iterator[Address]:
    """Yield the foreign addresses of a reading. `places`: the position of each of its characters in the text."""
    at = 0
    while (found := _next(read, at)) is not None:
        if not _is_allowed(found, allowed):
            shown = found[0].rstrip(_TRAILING) or found[0]
            start, end = places[found.start()], places[found.start() + len(shown) - 1] + 1
            yield Address(start, end, text[start:end])
        at = found.end()


def _next(read: str, at: int) -> re.Match[str] | None:
    """Return the next address, and the longest of those that begin at the same position."""
    begun = [_SCHEME.search(read, at), _NAME.search(read, at)]
    begun += [next((one for one in p.finditer(read, at) if _is_site(one["host"])), None) for p in (_HOST, _EMAIL)]
    return min((one for one in begun if one is not None), key=lambda one: (one.start(), -one.end()), default=None)


def _is_allowed(found: re.Match[str], allowed: Domains) -> bool:
    if found.re is _SCHEME:
        whole = _WHOLE.match(found.string, found.start())
        assert whole is not None
        return all(allowed.allow(one.rstrip(_TRAILING)) for one in (found[0], whole[0]))
    if found.re is _NAME:
        return allowed.allow_name(found["name"])
    host = _without_tail(found["host"])
    if found.re is _EMAIL:
        return allowed.allow_email(found["user"], host)
    return allowed.allow("https://" + (host + found["path"]).rstrip(_TRAILING))


def _is_site(host: str) -> bool:
    """Return whether a dotted name is a host: an IP address, or a name ending in a top-level domain."""
    labels = host.split(".")
    if len(labels) == 4 and all(label.isascii() and label.isdigit() and int(label) < 256 for label in labels):
        return True
    last = _word(labels[-1])
    return last.lower().startswith("xn--") or _ascii(last) in _top_level_domains()


def _without_tail(host: str) -> str:
    """Return the host without what follows its last label: `ours.example—thanks`."""
    head, _, last = host.rpartition(".")
    return f"{head}.{_word(last)}"


def _word(label: str) -> str:
    return "".join(takewhile(lambda sign: sign == "-" or unicodedata.category(sign)[0] in "LMN", label))


def _ascii(host: str) -> str:
    """Return a host in punycode, or unchanged if it is not valid."""
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text as browsers read it, and the original position of each character."""
    read, places = [], []
    for at, sign in enumerate(text):
        if unicodedata.category(sign) == "Cf":
            continue
        for one in unicodedata.normalize("NFKC", sign).replace("\u3002", "."):
            read.append(one)
            places.append(at)
    return "".join(read), places


@cache
def _top_level_domains() -> frozenset[str]:
    lines = _LIST.read_text(encoding="ascii").splitlines()
    return _LINKED_TOO.union(line for line in lines if line and not line.startswith("#"))
