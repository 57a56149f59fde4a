"""The commands people type, in both languages."""

import re
from dataclasses import dataclass

from content.catalog import Locale
from content.folding import fold


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command. Names have no accents, since Telegram accepts none and both platforms show the same."""

    verb: str  # its internal name
    fr: str
    en: str
    listed: bool = True  # in the command menu, which has six
    helped: bool = True  # in the reply to /help; commands that a page tells people to type are not
    ready: bool = True  # False: in preparation, so that no menu has it

    def name(self, locale: Locale) -> str:
        """Return its name in this language, without the slash."""
        return self.fr if locale == "fr" else self.en

    @property
    def description_key(self) -> str:
        """The catalog key of its description in menus."""
        return f"command-{self.verb}"


COMMANDS: tuple[Command, ...] = (
    Command(verb="give", fr="donner", en="give"),
    Command(verb="mygifts", fr="mesdons", en="mygifts"),
    Command(verb="invite", fr="inviter", en="invite"),
    Command(verb="preferences", fr="preferences", en="preferences"),
    Command(verb="help", fr="aide", en="help"),
    Command(verb="stop", fr="arreter", en="stop", listed=False),
    Command(verb="privacy", fr="confidentialite", en="privacy", listed=False),
    Command(verb="mydata", fr="mesdonnees", en="mydata", listed=False),
    Command(verb="forget", fr="oublier", en="forget", listed=False),
    Command(verb="monthly", fr="mensuel", en="monthly"),
    Command(verb="circle", fr="cercle", en="circle", listed=False),
    Command(verb="share", fr="partager", en="share", listed=False, helped=False),
    Command(verb="link", fr="lier", en="link", listed=False),
    Command(verb="invitedby", fr="invitepar", en="invitedby", listed=False, helped=False),
    Command(verb="claim", fr="reclamer", en="claim", listed=False, helped=False),
    Command(verb="card", fr="carte", en="card", listed=False, helped=False, ready=False),
)

# For staff. Shown to staff alone if the platform allows it; others get a polite refusal.
STAFF_COMMANDS: tuple[Command, ...] = (
    Command(verb="team", fr="equipe", en="team"),
    Command(verb="campaigns", fr="collectes", en="campaigns"),
    Command(verb="broadcast", fr="diffusion", en="broadcast"),
    Command(verb="nudges", fr="rappels", en="nudges"),
    Command(verb="stats", fr="chiffres", en="stats"),
    Command(verb="freeze", fr="urgence", en="freeze"),
    Command(verb="here", fr="ici", en="here", listed=False),
    Command(verb="refund", fr="rembourser", en="refund", listed=False),
    Command(verb="add", fr="ajouter", en="add", listed=False),
    Command(verb="deposit", fr="depot", en="deposit", listed=False),
    Command(verb="payouts", fr="virements", en="payouts", listed=False),
    Command(verb="statement", fr="releve", en="statement", listed=False),
    Command(verb="board", fr="conseil", en="board", listed=False),
)


def name_of(verb: str, locale: Locale) -> str:
    """Return a command's name in a language, without the slash. Raises StopIteration for an unknown verb."""
    return next(c for c in (*COMMANDS, *STAFF_COMMANDS) if c.verb == verb).name(locale)


def verb_of(name: str) -> str | None:
    """Return the verb of a typed command name in either language, or None."""
    bare = re.sub(r"\s+", " ", name.strip(" \t\n/.!?…\"'«»\u00a0"))
    folded = fold(bare).replace("-", "")  # "invited-by" as well
    return next((c.verb for c in (*COMMANDS, *STAFF_COMMANDS) if folded in (c.fr, c.en)), None)
