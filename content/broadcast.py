"""The authored side of a broadcast: its text in each language, its amounts, its tone."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from content.catalog import LOCALES, Locale

TOKEN = "~reference~"  # placeholder in a copy's addresses for the person's signed reference
MAX_TEXT = 3500  # of markup, in each language: leaves both platforms room for what we add
Authored = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]


class Message(BaseModel):
    """A broadcast as staff wrote it. Texts are in the markup of content/rich.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts: dict[Locale, Authored] = Field(default_factory=dict)
    titles: dict[Locale, str] = Field(default_factory=dict)  # the campaign's name when this was submitted
    amounts: bool = True  # with amount buttons; without them it is news, not an appeal
    template: Literal["news", "crisis", "milestone"] = "news"  # crisis: sober, no progress picture
    threshold_minor: int | None = None  # of the milestone it announces; figures are those at sending

    @property
    def missing(self) -> tuple[Locale, ...]:
        """The languages that have no text yet."""
        return tuple(locale for locale in LOCALES if locale not in self.texts)


def too_long_by(text: str) -> int:
    """Return by how many characters the markup is too long; 0 if it fits."""
    return max(0, len(text.strip()) - MAX_TEXT)
