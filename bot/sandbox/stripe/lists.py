"""The API's paged lists (newest first, by cursor), and `expand`."""

import copy
from collections.abc import Callable
from typing import Any

from ..kit import Json
from .errors import invalid, no_such_reference
from .world import World

GREATEST_PAGE = 100
INCLUDABLE = {"payment_link": "line_items", "checkout.session": "line_items", "charge": "refunds",
              "invoice": "payments"}  # fmt: skip


def as_list(data: list[Json], url: str, has_more: bool = False) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def page(world: World, kind: str, given: Json, url: str, wanted: Callable[[Json], bool] = lambda thing: True) -> Json:
    """Return a page of the objects of a kind that are `wanted`. Raises StripeError for a bad limit or cursor."""
    limit = given.get("limit", 10)
    if not 1 <= limit <= GREATEST_PAGE:
        raise invalid(f"This value must be between 1 and {GREATEST_PAGE}.", "limit")
    if "starting_after" in given and "ending_before" in given:
        raise invalid("You may only specify one of these parameters: ending_before, starting_after.")
    everything = world.every(kind)[::-1]
    if "starting_after" in given:
        rows = everything[_position(everything, kind, given["starting_after"], "starting_after") + 1 :]
    elif "ending_before" in given:
        rows = everything[: _position(everything, kind, given["ending_before"], "ending_before")]
    else:
        rows = everything
    rows = [thing for thing in rows if wanted(thing) and in_range(thing.get("created"), given.get("created"))]
    chosen = rows[-limit:] if "ending_before" in given else rows[:limit]
    return as_list(chosen, url, has_more=len(rows) > limit)


def _position(everything: list[Json], kind: str, id: str, param: str) -> int:
    for position, thing in enumerate(everything):
        if thing["id"] == id:
            return position
    raise no_such_reference(kind, id, param)


def in_range(value: int | None, wanted: int | Json | None) -> bool:
    """Return whether a time matches `created`: an exact value, or bounds by gt, gte, lt, lte."""
    if wanted is None:
        return True
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    return bool(
        value > wanted.get("gt", value - 1)
        and value >= wanted.get("gte", value)
        and value < wanted.get("lt", value + 1)
        and value <= wanted.get("lte", value)
    )


def same(given: Json, *names: str) -> Callable[[Json], bool]:
    """Return a filter for objects whose fields equal the given parameters of the same names."""
    asked = {name: given[name] for name in names if name in given}
    return lambda thing: all(thing.get(name) == value for name, value in asked.items())


def expanded(world: World, answer: Json, paths: list[str]) -> Json:
    """Return a copy of the answer in which the ids that `paths` name are replaced by their objects."""
    answer = copy.deepcopy(answer)
    for path in paths:
        steps = path.split(".")
        if len(steps) > 5:
            raise invalid("You cannot expand more than 4 levels of a property.", "expand")
        _expand(world, answer, steps, path)
    return answer


def _expand(world: World, at: Any, steps: list[str], path: str) -> None:
    if isinstance(at, list):
        for item in at:
            _expand(world, item, steps, path)
        return
    if not isinstance(at, dict) or not steps:
        return
    name, rest = steps[0], steps[1:]
    if name not in at and INCLUDABLE.get(at.get("object", "")) == name:
        at[name] = _included(world, at, name)
    if name not in at:
        raise invalid(
            f"This property cannot be expanded ({path}). You may want to try expanding '{name}'.", "expand[0]"
        )
    value = at[name]
    if isinstance(value, str):
        found = world.by_id(value)
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand[0]")
        at[name] = value = copy.deepcopy(found)
    _expand(world, value, rest, path)


def _included(world: World, thing: Json, name: str) -> Json:
    id = thing["id"]
    if name == "line_items":
        base = "payment_links" if thing["object"] == "payment_link" else "checkout/sessions"
        return as_list(copy.deepcopy(world.items.get(id, [])), f"/v1/{base}/{id}/line_items")
    if name == "refunds":
        rows = [refund for refund in world.every("refund") if refund["charge"] == id]
        return as_list(copy.deepcopy(rows[::-1]), f"/v1/charges/{id}/refunds")
    rows = [payment for payment in world.every("invoice_payment") if payment["invoice"] == id]
    return as_list(copy.deepcopy(rows), f"/v1/invoice_payments?invoice={id}")
