"""The authored side of a broadcast: its words in each language, its amounts, its tone."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from content.catalog import LOCALES, Locale

TOKEN = "~reference~"  # stands in the addresses of a copy where the person's own signed reference goes
MAX_TEXT = 3500  # of markup, in each language: leaves both platforms room for what we add
Authored = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]


class Message(BaseModel):
    """What staff wrote. Texts are in the markup of content/rich.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts: dict[Locale, Authored] = Field(default_factory=dict)
    titles: dict[Locale, str] = Field(default_factory=dict)  # the campaign's name as it was when this was submitted
    amounts: bool = True  # with amount buttons; without them it is news, not an ask
    template: Literal["news", "crisis", "milestone"] = "news"  # crisis: sober, no picture bar, no cheer
    threshold_minor: int | None = None  # of the milestone it announces; its figures are those of the moment

    @property
    def missing(self) -> tuple[Locale, ...]:
        """The languages in which there are no words yet."""
        return tuple(locale for locale in LOCALES if locale not in self.texts)


def too_long_by(text: str) -> int:
    """How many characters of markup are too many; 0 where it fits."""
    return max(0, len(text.strip()) - MAX_TEXT)
