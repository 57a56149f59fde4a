"""Conditions that several objects have in common. Each takes an object and says what is wrong with it."""

from collections.abc import Iterable
from typing import Any

from tests.contract.schemas import Condition

Object = dict[str, Any]


def exactly_one_of(*names: str) -> Condition:
    def check(value: Object) -> Iterable[str]:
        given = sorted(set(names) & value.keys())
        if len(given) != 1:
            yield f"exactly one of {', '.join(names)} must be given, not {given or 'none'}"

    return check


def at_most_one_of(*names: str) -> Condition:
    def check(value: Object) -> Iterable[str]:
        given = sorted(set(names) & value.keys())
        if len(given) > 1:
            yield f"only one of {', '.join(names)} may be given, not {given}"

    return check


def at_least_one_of(*names: str) -> Condition:
    def check(value: Object) -> Iterable[str]:
        if not any(value.get(name) for name in names):
            yield f"at least one of {', '.join(names)} must be given"

    return check


def needs(name: str, *others: str) -> Condition:
    """Where `name` is given, so are the others."""

    def check(value: Object) -> Iterable[str]:
        if name in value:
            yield from (f"{other!r} is missing, which {name!r} needs" for other in others if other not in value)

    return check


def when(name: str, values: object, *others: str) -> Condition:
    """Where `name` has this value, or one of these in a tuple, the others must be given."""
    wanted = values if isinstance(values, tuple) else (values,)

    def check(value: Object) -> Iterable[str]:
        if value.get(name) in wanted:
            missing = [other for other in others if value.get(other) is None]
            yield from (f"{other!r} is missing, which {name}={value[name]!r} needs" for other in missing)

    return check


def unless(name: str, values: object, *others: str) -> Condition:
    """Where `name` does not have this value, or one of these in a tuple, the others must not be given."""
    wanted = values if isinstance(values, tuple) else (values,)

    def check(value: Object) -> Iterable[str]:
        if value.get(name) not in wanted:
            given = [other for other in others if value.get(other) is not None]
            yield from (f"{other!r} does not go with {name}={value.get(name)!r}" for other in given)

    return check
