"""The team, for staff: the menu, codes, members and roles, and unexpected messages."""

import math
from dataclasses import dataclass
from typing import Literal

from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.rich import plain
from content.writer import Charity, Writer, nonempty, row

_A_MESSAGE = 2_000  # characters, which fit into a Discord message even if all are escaped
_MOST_ROWS = 5  # rows of buttons that Discord shows under a message


def refused(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    is_staff: bool,  # whether they are staff with too low a role
    finance: bool = False,  # whether they are staff without this right
) -> Card:
    """The reply to a request that only staff, or staff of a higher role or with a right, may make."""
    say = Writer(catalog, locale)
    if is_staff:
        line = say("staff-refused-finance") if finance else say("staff-refused-role")
        return Card(title=say("staff-refused-title"), lines=(line,))
    return Card(title=say("staff-refused-title"), lines=(say("staff-refused", contact=charity.contact),))


def picture_too_large(catalog: Catalog, locale: Locale) -> Card:
    """A picture above 10 MB, which is not opened."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-picture-title"), lines=(say("staff-picture-too-large"),))


def only_in_private(catalog: Catalog, locale: Locale, chat: Tap | None) -> Card:
    """The reply to a command that only works in private, used in a group."""
    say = Writer(catalog, locale)
    rows = row(say.button("staff-open-chat", chat, "primary"))
    return Card(title=say("staff-private-title"), lines=(say("staff-private"),), rows=rows)


def edit_unread(catalog: Catalog, locale: Locale) -> Card:
    """They edited a message that was read already and cannot be read again."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-edit-unread-title"), lines=(say("staff-edit-unread"),))


def anonymous(catalog: Catalog, locale: Locale, me: Tap) -> Card:
    """The reply to a staff command of an anonymous administrator: a tap shows who they are."""
    say = Writer(catalog, locale)
    rows = row(say.button("staff-anonymous-me", me, "primary"))
    return Card(title=say("staff-anonymous-title"), lines=(say("staff-anonymous"),), rows=rows)


def cancelled(catalog: Catalog, locale: Locale) -> Card:
    """They cancelled a question."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-given-up-title"), lines=(say("staff-given-up"),))


# --- the menu -----------------------------------------------------------------------------------------
def menu(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    role: str,
    finance: bool,  # whether they were given this right
    frozen: bool,
    sections: tuple[tuple[str, Tap], ...],  # key of the label, and tap
) -> Card:
    """The staff menu: the sections that a member may use, as buttons."""
    say = Writer(catalog, locale)
    buttons = [tap.button(say(key)) for key, tap in sections]
    wide = max(2, math.ceil(len(buttons) / _MOST_ROWS))
    return Card(
        title=say("staff-home-title", charity=charity.name),
        lines=nonempty(
            say("staff-home-frozen") if frozen else "",
            say("staff-home-role", role=role),
            say("staff-home-finance") if finance else "",
        ),
        rows=tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide)),
    )


# --- codes ----------------------------------------------------------------------------------------------
def code_refused(catalog: Catalog, locale: Locale, *, charity: Charity, too_many: bool) -> Card:
    """A code is unknown, used or expired, without saying which; or there were too many guesses."""
    say = Writer(catalog, locale)
    line = say("staff-code-many") if too_many else say("staff-code-wrong")
    return Card(title=say("staff-code-title"), lines=(line,))


def welcome_staff(catalog: Catalog, locale: Locale, *, role: str, menu: Tap) -> Card:
    """The welcome to a new member."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-welcome-title"),
        lines=(say("staff-home-role", role=role), say("staff-welcome-logged")),
        rows=row(say.button("staff-home-open", menu, "primary")),
    )


def recovery(catalog: Catalog, locale: Locale, code: str) -> Card:
    """The recovery code to keep on paper, shown once."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-recovery-title"), lines=(code, say("staff-recovery")), note=say("staff-recovery-note"))


def invite_role(catalog: Catalog, locale: Locale, *, roles: tuple[tuple[str, Tap], ...], back: Tap) -> Card:
    """The choice of the new member's role."""
    say = Writer(catalog, locale)
    lines = tuple(say("staff-role-explained", role=role) for role, _ in roles)
    return Card(title=say("staff-invite-title"), lines=lines, rows=(_roles(say, roles), *_back(say, back)))


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    role: str
    code: str
    link: str  # to Telegram; empty without a bot there
    commands: tuple[str, ...]  # what to type, in each language


def invitation(catalog: Catalog, locale: Locale, view: InvitationView) -> Card:
    """A code for one person, and how to use it."""
    say = Writer(catalog, locale)
    lines = nonempty(
        say("staff-invitation", role=view.role),
        say("staff-invitation-link", link=view.link) if view.link else "",
        say("staff-invitation-command", command=" / ".join(view.commands)),
    )
    copied = Tap(copy=view.code)
    return Card(
        title=say("staff-invitation-title"),
        lines=lines,
        note=say("staff-invitation-note"),
        rows=row(say.button("staff-invitation-copy", copied)),
    )


# --- the team -------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class MemberLine:
    label: str
    platform: Literal["telegram", "discord"]
    role: str
    me: bool
    tap: Tap | None
    finance: bool = False  # was given this right


@dataclass(frozen=True, kw_only=True)
class MappedRole:
    """A Discord role that gives a role in the team."""

    name: str
    role: str
    finance: bool
    remove: Tap | None


@dataclass(frozen=True, kw_only=True)
class TeamView:
    people: tuple[MemberLine, ...]
    discord_roles: tuple[MappedRole, ...]
    invite: Tap | None
    more: Tap | None
    menu: Tap


def team(catalog: Catalog, locale: Locale, view: TeamView) -> Card:
    """All members, by name and role."""
    say = Writer(catalog, locale)
    roles = [
        _with_finance(say, say("staff-team-role", name=mapped.name, role=mapped.role), finance=mapped.finance)
        for mapped in view.discord_roles
    ]
    people = [line.tap.button(line.label) for line in view.people if line.tap is not None]
    rows = [tuple(people[at : at + 3]) for at in range(0, len(people), 3)]
    taken = [say.button("staff-team-unmap", mapped.remove, "danger", name=mapped.name) for mapped in view.discord_roles]
    last = row(
        say.button("staff-team-invite", view.invite, "primary"),
        say.button("staff-team-more", view.more),
        say.button("staff-team-language", Tap(action="tm:lang")),
        say.button("staff-home-open", view.menu),
    )
    return Card(
        title=say("staff-team-title"),
        lines=("\n".join(_line(say, line) for line in view.people), *nonempty("\n".join(roles))),
        note=say("staff-team-discord"),
        rows=(*rows, *row(*taken[:5]), *last),
    )


def member(
    catalog: Catalog,
    locale: Locale,
    *,
    line: MemberLine,
    roles: tuple[tuple[str, Tap], ...],  # roles to change to
    finance: Tap | None,  # to give this right, or take it back; None for an owner, who has all rights
    paper: Tap | None,  # a new recovery code, for oneself only
    remove: Tap,
    back: Tap,
) -> Card:
    """One member, with what an owner may change."""
    say = Writer(catalog, locale)
    return Card(
        title=line.label,
        lines=nonempty(
            _line(say, line),
            say("staff-role-explained", role=line.role),
            say("staff-finance-explained") if finance is not None else "",
        ),
        rows=(
            _roles(say, roles),
            *row(say.button("staff-finance-take" if line.finance else "staff-finance-give", finance)),
            *row(say.button("staff-team-paper", paper)),
            *row(say.button("staff-team-remove", remove, "danger")),
            *_back(say, back),
        ),
    )


def confirm_removal(catalog: Catalog, locale: Locale, *, label: str, yes: Tap, no: Tap) -> Card:
    """The confirmation before a member is removed."""
    say = Writer(catalog, locale)
    buttons = row(say.button("staff-team-remove", yes, "danger"), say.button("staff-back", no))
    return Card(title=say("staff-remove-title", name=label), lines=(say("staff-remove"),), rows=buttons)


def last_owner(catalog: Catalog, locale: Locale, back: Tap) -> Card:
    """The last owner cannot be removed."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-last-owner-title"), lines=(say("staff-last-owner"),), rows=_back(say, back))


@dataclass(frozen=True, kw_only=True)
class TeamNewsView:
    kind: Literal["added", "removed", "role", "finance", "discord"]
    label: str  # a member, or a Discord role
    role: str  # the new role, or the right; empty: removed
    by: str  # who did it; empty: a code from the terminal or on paper, or a Discord role


def team_news(catalog: Catalog, locale: Locale, view: TeamNewsView) -> Card:
    """A notice to all staff about the team."""
    say = Writer(catalog, locale)
    facts = {"name": view.label, "role": view.role or "none"}
    what = {
        "added": lambda: say("staff-news-added", **facts),
        "removed": lambda: say("staff-news-removed", name=view.label),
        "role": lambda: say("staff-news-role", **facts),
        "finance": lambda: say("staff-news-finance", **facts),
        "discord": lambda: say("staff-news-discord", **facts),
    }[view.kind]()
    by = say("staff-news-by", name=view.by) if view.by else ""
    return Card(title=say("staff-news-title"), lines=nonempty(what, by), note=say("staff-news-note"))


def _line(say: Writer, line: MemberLine) -> str:
    where = {"telegram": "Telegram", "discord": "Discord"}[line.platform]
    facts = {"name": line.label, "role": line.role, "platform": where}
    text = say("staff-team-line-me", **facts) if line.me else say("staff-team-line", **facts)
    return _with_finance(say, text, finance=line.finance)


def _with_finance(say: Writer, line: str, *, finance: bool) -> str:
    return say("staff-team-with-finance", line=line) if finance else line


def _roles(say: Writer, roles: tuple[tuple[str, Tap], ...]) -> tuple[Button, ...]:
    return tuple(say.button("staff-role-name", tap, role=role) for role, tap in roles)


def _back(say: Writer, tap: Tap) -> tuple[tuple[Button, ...], ...]:
    return row(say.button("staff-back", tap))


# --- unexpected messages ----------------------------------------------------------------------------
def asked_too_long_ago(catalog: Catalog, locale: Locale, menu: Tap) -> Card:
    """A text arrived long after the question that it may answer; it was not used."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-asked-long-ago-title"),
        lines=(say("staff-asked-long-ago"),),
        rows=row(say.button("staff-home-open", menu)),
    )


def window_open_too_long(catalog: Catalog, locale: Locale, menu: Tap) -> Card:
    """A Discord form was submitted long after it was opened; its text was not used and follows."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-asked-long-ago-title"),
        lines=(say("staff-window-long-open"),),
        rows=row(say.button("staff-home-open", menu)),
    )


def handed_back(text: str) -> tuple[Card, ...]:
    """Return the whole unused text, for copying."""
    parts = (text[at : at + _A_MESSAGE] for at in range(0, len(text), _A_MESSAGE))
    return tuple(Card(body=plain(part)) for part in parts if part.strip())


def not_asked(catalog: Catalog, locale: Locale, menu: Tap) -> Card:
    """A text arrived without a question; it was not used."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-not-asked-title"),
        lines=(say("staff-not-asked"),),
        rows=row(say.button("staff-home-open", menu)),
    )
