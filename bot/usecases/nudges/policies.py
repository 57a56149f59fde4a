"""The policies as they stand: what comes with Obole, and what staff have changed of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.domain.holdout import AT_FIRST
from bot.domain.nudges import ON_FROM_THE_START, PolicyName, PolicySettings
from bot.store.db import Connection
from bot.store.nudges import nudges as rows
from bot.store.nudges.nudges import StoredPolicy
from content.catalog import LOCALES, Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """One policy today. `wanted`: staff want it on; `on`: it is, since nothing keeps it off."""

    name: PolicyName
    wanted: bool
    numbers: PolicySettings
    texts: tuple[Mapping[Locale, str], ...] = ()  # none: the catalog's own
    held_out: float = AT_FIRST

    @property
    def lacking(self) -> tuple[Locale, ...]:
        """Languages that a text of it lacks: then it is off, and says so."""
        return tuple(locale for locale in LOCALES if any(not text.get(locale) for text in self.texts))

    @property
    def on(self) -> bool:
        """Whether it asks anybody."""
        return self.wanted and not self.lacking and not self.numbers.invalid_fields()

    @property
    def has_two_texts(self) -> bool:
        """Two texts go out in equal halves."""
        return len(self.texts) == 2


async def policy_states(conn: Connection) -> dict[PolicyName, PolicyState]:
    """Every policy."""
    touched = await rows.policies(conn)
    return {name: _standing(name, touched.get(name)) for name in PolicyName}


def _standing(name: PolicyName, found: StoredPolicy | None) -> PolicyState:
    if found is None:
        return PolicyState(name=name, wanted=name in ON_FROM_THE_START, numbers=PolicySettings())
    return PolicyState(
        name=name,
        wanted=found.on,
        numbers=PolicySettings(**found.numbers),
        texts=tuple(found.texts),
        held_out=found.held_out,
    )


def as_row(standing: PolicyState) -> StoredPolicy:
    """The row of a policy."""
    return StoredPolicy(
        name=standing.name,
        on=standing.wanted,
        numbers=asdict(standing.numbers),
        texts=standing.texts,
        held_out=standing.held_out,
    )
