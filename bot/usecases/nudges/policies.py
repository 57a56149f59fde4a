"""The current policies: Obole's defaults with the changes made by staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.domain.holdout import USUAL, held_out_share
from bot.domain.nudges import ON_FROM_THE_START, PolicyName, PolicySettings
from bot.store.core import switches
from bot.store.db import Connection
from bot.store.nudges import nudges as rows
from bot.store.nudges.nudges import StoredPolicy
from content.catalog import LOCALES, Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """One policy. `wanted`: staff switched it on; `on`: it is on, since nothing prevents it."""

    name: PolicyName
    wanted: bool
    numbers: PolicySettings
    texts: tuple[Mapping[Locale, str], ...] = ()  # empty: the catalog's text
    held_out: float = USUAL
    held_out_of_all: float = 0.0  # of supporters, besides; installations that began with some keep it

    @property
    def held_out_in_all(self) -> float:
        """The share of supporters who do not get its reminders."""
        return held_out_share(self.held_out, self.held_out_of_all)

    @property
    def lacking(self) -> tuple[Locale, ...]:
        """Languages missing in one of its texts, which switches it off."""
        return tuple(locale for locale in LOCALES if any(not text.get(locale) for text in self.texts))

    @property
    def on(self) -> bool:
        """Whether it sends reminders."""
        return self.wanted and not self.lacking and not self.numbers.invalid_fields()

    @property
    def has_two_texts(self) -> bool:
        """Whether it compares two texts, each sent to half of the supporters."""
        return len(self.texts) == 2


async def policy_states(conn: Connection) -> dict[PolicyName, PolicyState]:
    """Return the state of every policy."""
    stored = await rows.policies(conn)
    earlier = await switches.read(conn, switches.HELD_OUT_OF_ALL)
    of_all = float(earlier.value) if earlier is not None and earlier.on else 0.0
    return {name: _policy_state(name, stored.get(name), of_all) for name in PolicyName}


def _policy_state(name: PolicyName, stored: StoredPolicy | None, of_all: float) -> PolicyState:
    if stored is None:
        wanted = name in ON_FROM_THE_START
        return PolicyState(name=name, wanted=wanted, numbers=PolicySettings(), held_out_of_all=of_all)
    return PolicyState(
        name=name,
        wanted=stored.on,
        numbers=PolicySettings(**stored.numbers),
        texts=tuple(stored.texts),
        held_out=stored.held_out,
        held_out_of_all=of_all,
    )


def as_row(policy: PolicyState) -> StoredPolicy:
    """Return the row to store for a policy."""
    return StoredPolicy(
        name=policy.name,
        on=policy.wanted,
        numbers=asdict(policy.numbers),
        texts=policy.texts,
        held_out=policy.held_out,
    )
