"""The limits that owners set, and the notice to all staff when one changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.writer import Writer, in_rows, nonempty, row

Limit = Literal["approve", "pause", "domains", "declined", "warned", "new_dms", "offline", "monthly_test"]
LimitProblem = Literal["number", "percent", "host", "alarm", "new_dms", "monthly_test", "few_donors"]
_IS: Mapping[Limit, str] = {
    "approve": "staff-limit-is-approve",
    "pause": "staff-limit-is-pause",
    "domains": "staff-limit-is-domains",
    "declined": "staff-limit-is-declined",
    "warned": "staff-limit-is-warned",
    "new_dms": "staff-limit-is-dms",
    "offline": "staff-limit-is-offline",
    "monthly_test": "staff-limit-is-monthly",
}
_NAME: Mapping[Limit, str] = {
    "approve": "staff-limit-approve",
    "pause": "staff-limit-pause",
    "domains": "staff-limit-domains",
    "declined": "staff-limit-declined",
    "warned": "staff-limit-warned",
    "new_dms": "staff-limit-dms",
    "offline": "staff-limit-offline",
    "monthly_test": "staff-limit-monthly",
}
_ASK: Mapping[Limit, str] = {
    "approve": "staff-limit-ask-approve",
    "pause": "staff-limit-ask-pause",
    "domains": "staff-limit-ask-domains",
    "declined": "staff-limit-ask-declined",
    "warned": "staff-limit-ask-warned",
    "new_dms": "staff-limit-ask-dms",
    "offline": "staff-limit-ask-offline",
    "monthly_test": "staff-limit-ask-monthly",
}
_PROBLEM: Mapping[LimitProblem, str] = {
    "number": "staff-limit-bad-number",
    "percent": "staff-limit-bad-percent",
    "host": "staff-limit-bad-host",
    "alarm": "staff-limit-bad-alarm",
    "new_dms": "staff-limit-bad-dms",
    "monthly_test": "staff-limit-bad-monthly",
    "few_donors": "staff-limit-few-donors",
}
Value = int | Sequence[str]
_IN_A_ROW = 3  # buttons that fit beside each other on a phone


@dataclass(frozen=True, kw_only=True)
class LimitView:
    """A limit's current value. `own`: set by an owner in chat."""

    limit: Limit
    value: Value
    own: bool
    change: Tap


def limits(catalog: Catalog, locale: Locale, views: Sequence[LimitView], menu: Tap) -> Card:
    """All limits as buttons."""
    say = Writer(catalog, locale)
    taps = [say.button(_NAME[view.limit], view.change) for view in views]
    return Card(
        title=say("staff-limits-title"),
        lines=tuple(f"{_is(say, view.limit, view.value)} {_origin(say, view.own)}" for view in views),
        note=say("staff-limits-note"),
        rows=in_rows(taps, _IN_A_ROW) + row(say.button("staff-home-open", menu)),
    )


def _origin(say: Writer, own: bool) -> str:
    return say("staff-limit-own" if own else "staff-limit-by-itself")


def _is(say: Writer, limit: Limit, value: Value) -> str:
    if isinstance(value, int):
        return say(_IS[limit], number=value)
    return say(_IS[limit], sites=", ".join(value)) if value else say("staff-limit-is-no-domain")


def ask(
    catalog: Catalog, locale: Locale, view: LimitView, reset: Tap | None, back: Tap, problem: LimitProblem | None = None
) -> tuple[Card, str]:
    """Return the question for a limit's new value, and the form's label. `reset`: restores the default."""
    say = Writer(catalog, locale)
    card = Card(
        title=say(_NAME[view.limit]),
        lines=nonempty(
            say(_PROBLEM[problem]) if problem else "",
            say(_ASK[view.limit]),
            f"{_is(say, view.limit, view.value)} {_origin(say, view.own)}",
        ),
        rows=row(say.button("staff-limit-reset", reset), say.button("staff-back", back)),
    )
    return card, say(_NAME[view.limit])


def foreign_link(catalog: Catalog, locale: Locale, what: str) -> str:
    """Say why a staff text is refused: chats would turn this part into a link that leads elsewhere."""
    return catalog.text(locale, "staff-foreign-link", what=shorten(what, 40))


def changed(catalog: Catalog, locale: Locale, limit: Limit, value: Value, by: str) -> Card:
    """The notice to all staff about a changed limit."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-limit-changed"), lines=(_is(say, limit, value), say("staff-news-by", name=by)))
