"""What the services publish in prose only: limits, closed sets of values, and what one field says about another.

Each table names its source. A rule adds words of `schemas.py` to a field, or conditions to an object.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.contract.schemas import Schema


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of one service.

    - `strings`: words for every string.
    - `everywhere`: name of a field -> words, in every schema that has it.
    - `fields`: schema -> field -> words. One that is not published, but sent all the same, is given with its `type`.
    - `objects`: schema -> words, mostly conditions.
    - `by_hand`: files of data with schemas that no description has.
    """

    strings: Schema = field(default_factory=dict)
    everywhere: Mapping[str, Schema] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Schema]] = field(default_factory=dict)
    objects: Mapping[str, Schema] = field(default_factory=dict)
    by_hand: tuple[str, ...] = ()
