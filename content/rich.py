"""Text with bold, italics and links: the few marks that staff may use, parsed strictly and written back.

    **bold**   *italic*   [words](https://...)   \\ before a mark: the mark itself

Nothing else is markup. A mistake would reach every reader, so unclosed marks and links to foreign sites are refused
before anything is sent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from content.addresses import Domains, foreign_address

MarkupProblem = Literal["unclosed", "empty", "no_address", "foreign"]

_MARKS = "\\*[]"
_LINK = re.compile(r"\[((?:\\.|[^\\\[\]])+)\]\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)", re.DOTALL)
_BEGUN_LINK = re.compile(r"\[(?:\\.|[^\\\[\]])*\]\((?=https?:|www\.)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


class BadMarkup(ValueError):
    """The text cannot be shown. `at`: the offset of the problem; `what`: the text there."""

    def __init__(self, kind: MarkupProblem, at: int, what: str) -> None:
        super().__init__(f"{kind} at {at}: {what}")
        self.kind: MarkupProblem = kind
        self.at = at
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rich:
    """Paragraphs of spans."""

    paragraphs: tuple[tuple[Span, ...], ...]

    @property
    def plain(self) -> str:
        """The text without styles."""
        return "\n\n".join("".join(span.text for span in paragraph) for paragraph in self.paragraphs)


def parse(text: str, allowed: Domains) -> Rich:
    """Parse what staff wrote. Raises BadMarkup."""
    spans = _checked(_Reader(text, allowed).read(), text, allowed)
    return Rich(tuple(_paragraphs(spans)))


def plain(text: str) -> Rich:
    """Return text without markup, as one paragraph."""
    return Rich(((Span(text=text),),))


def joined(*parts: Rich) -> Rich:
    """Return the texts one after the other."""
    return Rich(tuple(paragraph for part in parts for paragraph in part.paragraphs))


class _Reader:
    """Parse from left to right. `open` has the marks that are not closed yet, with their offsets."""

    def __init__(self, text: str, allowed: Domains, *, offset: int = 0, like: Span | None = None) -> None:
        self.text = text
        self.allowed = allowed
        self.offset = offset  # of this part in the whole text
        self.like = like or Span(text="")
        self.spans: list[Span] = []
        self.open: list[tuple[str, int, int]] = []  # mark, offset, number of characters parsed before it
        self.length = 0

    def read(self) -> list[Span]:
        at = 0
        while at < len(self.text):
            at = self._step(at)
        if self.open:
            mark, where, _ = self.open[-1]
            raise self._bad("unclosed", where, self.text[where : where + 20] or mark)
        return self.spans

    def _step(self, at: int) -> int:
        """Parse the element at this offset. Return the offset of the next one."""
        here = self.text[at]
        if here == "\\" and at + 1 < len(self.text) and self.text[at + 1] in _MARKS:
            self._add_text(self.text[at + 1])
            return at + 2
        if here == "*":
            return self._stars(at)
        if here == "[" and self.like.url is None:
            return self._link(at)
        self._add_text(here)
        return at + 1

    def _stars(self, at: int) -> int:
        end = at
        while end < len(self.text) and self.text[end] == "*":
            end += 1
        around = (self.text[at - 1 : at] or " ") + (self.text[end : end + 1] or " ")
        if around.isspace():  # 5 * 3, or a line of stars
            self._add_text(self.text[at:end])
            return end
        while at < end:
            at += self._star(at, end - at)
        return end

    def _star(self, at: int, run: int) -> int:
        """Open or close one mark. Return how many stars it consumed."""
        marks = [mark for mark, _, _ in self.open]
        innermost = marks[-1] if marks else ""
        if innermost == "**" and run >= 2:
            return self._close("**")
        if innermost == "*" and run != 2:
            return self._close("*")
        mark = "**" if run >= 2 else "*"
        if mark in marks:
            _, where, _ = self.open[-1]
            raise self._bad("unclosed", where, self.text[where : where + 20])
        self.open.append((mark, at, self.length))
        return len(mark)

    def _close(self, mark: str) -> int:
        _, where, length = self.open.pop()
        if length == self.length:
            raise self._bad("empty", where, self.text[where : where + 20])
        return len(mark)

    def _link(self, at: int) -> int:
        found = _LINK.match(self.text, at)
        if found is None:
            if begun := _BEGUN_LINK.match(self.text, at):
                raise self._bad("unclosed", at, begun[0])
            self._add_text("[")
            return at + 1
        words, address = found.groups()
        if not address.lower().startswith(("http://", "https://")):
            raise self._bad("no_address", at, found[0])
        if not self.allowed.allow(address):
            raise self._bad("foreign", at, address)
        inner = _Reader(words, self.allowed, offset=self.offset + at + 1, like=replace(self._style(), url=address))
        for span in inner.read():
            self._add(span)
        return found.end()

    def _style(self) -> Span:
        marks = [mark for mark, _, _ in self.open]
        bold, italic = self.like.bold or "**" in marks, self.like.italic or "*" in marks
        return Span(text="", bold=bold, italic=italic, url=self.like.url)

    def _add_text(self, text: str) -> None:
        self._add(replace(self._style(), text=text))

    def _add(self, span: Span) -> None:
        self.length += len(span.text)
        last = self.spans[-1] if self.spans else None
        if last is not None and replace(last, text="") == replace(span, text=""):
            self.spans[-1] = replace(last, text=last.text + span.text)
        else:
            self.spans.append(span)

    def _bad(self, kind: MarkupProblem, at: int, what: str) -> BadMarkup:
        return BadMarkup(kind, self.offset + at, what)


def _checked(spans: list[Span], text: str, allowed: Domains) -> list[Span]:
    """Raise BadMarkup for an address that the chat would turn into a foreign link."""
    found = foreign_address("".join(span.text for span in spans), allowed)
    if found is not None:
        raise BadMarkup("foreign", max(0, text.find(found.text)), found.text)
    return spans


def _paragraphs(spans: list[Span]) -> Iterator[tuple[Span, ...]]:
    """Yield paragraphs, split at empty lines, without surrounding space; never an empty one."""
    current: list[Span] = []
    for span in spans:
        first, *rest = _PARAGRAPH.split(span.text)
        current.append(replace(span, text=first))
        for piece in rest:
            yield from _trimmed(current)
            current = [replace(span, text=piece)]
    yield from _trimmed(current)


def _trimmed(spans: list[Span]) -> Iterator[tuple[Span, ...]]:
    kept = [span for span in spans if span.text]
    while kept and not kept[0].text.strip():
        del kept[0]
    while kept and not kept[-1].text.strip():
        del kept[-1]
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
        yield tuple(kept)
