"""A person's copy of their own data: messages in the chat."""

from collections.abc import Mapping

from content.cards import Card, File, Tap
from content.catalog import Catalog, Locale
from content.commands import name_of
from content.writer import Writer, row


def in_dm(catalog: Catalog, locale: Locale) -> Card:
    """The reply in a Discord server, where the bot cannot delete what only one person sees."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-title"), lines=(say("mydata-in-dm", mydata=name_of("mydata", locale)),))


def nothing(catalog: Catalog, locale: Locale) -> Card:
    """Nothing is stored about a person who is not known."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-nothing-title"), lines=(say("mydata-nothing"),))


def ask(catalog: Catalog, locale: Locale, *, by_link: bool, sure: Tap, cancel: Tap) -> Card:
    """The warning before a person's copy of their data is sent to this chat, as a link or as a file."""
    say = Writer(catalog, locale)
    rows = row(say.button("mydata-sure", sure)) + row(say.button("mydata-cancel", cancel))
    what = ("mydata-warning-page", "mydata-format-page") if by_link else ("mydata-warning", "mydata-format")
    return Card(title=say("mydata-title"), lines=tuple(say(key) for key in what), rows=rows)


def cancelled(catalog: Catalog, locale: Locale) -> Card:
    """Nothing was sent."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-cancelled-title"), lines=(say("mydata-cancelled", mydata=name_of("mydata", locale)),))


def again(catalog: Catalog, locale: Locale, *, by_link: bool) -> Card:
    """They had their copy within a day."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-again-title"), lines=(say("mydata-again-page" if by_link else "mydata-again"),))


def on_its_way(catalog: Catalog, locale: Locale) -> Card:
    """A second tap while the copy is being sent."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-on-its-way-title"), lines=(say("mydata-on-its-way"),))


def failed(catalog: Catalog, locale: Locale) -> Card:
    """The copy could not be delivered."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-failed-title"), lines=(say("mydata-failed", mydata=name_of("mydata", locale)),))


def summary(catalog: Catalog, locale: Locale, collected: Mapping[str, int], inferred: Mapping[str, int]) -> Card:
    """How many entries each part of the copy has; what we derived is apart from what was collected."""
    say = Writer(catalog, locale)
    lines = [
        "\n".join((say(heading), *(_part(say, part, count) for part, count in parts.items())))
        for heading, parts in (("mydata-collected", collected), ("mydata-inferred", inferred))
        if parts
    ]
    return Card(title=say("mydata-title"), lines=(*lines, say("mydata-follows")))


def _part(say: Writer, part: str, count: int) -> str:
    name = say("mydata-part-" + part.replace("_", "-"))
    return say("mydata-part", name=name, count=count)


def file(catalog: Catalog, locale: Locale, copy: File) -> Card:
    """The copy itself, as a file."""
    say = Writer(catalog, locale)
    return Card(title=say("mydata-file-title"), lines=(say("mydata-file"),), file=copy)


def link(catalog: Catalog, locale: Locale, open_page: Tap) -> Card:
    """The link to the page with the copy."""
    say = Writer(catalog, locale)
    return Card(
        title=say("mydata-link-title"),
        lines=(say("mydata-link"), say("mydata-link-private")),
        rows=row(say.button("mydata-link-open", open_page, "primary")),
    )
