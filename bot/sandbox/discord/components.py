"""Buttons, menus and text blocks of a message: Discord's validation, and how it returns them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from bot.sandbox.discord.errors import Problems
from bot.sandbox.kit import Json

ROW, BUTTON, MENU, TEXT_INPUT, SECTION, TEXT, SEPARATOR, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 14, 17, 18
MENUS = frozenset((3, 5, 6, 7, 8))
LINK = 5
COMPONENTS_V2 = 1 << 15
SCHEMES = ("http", "https", "discord")

_FIELDS = {
    ROW: frozenset(("type", "id", "components")),
    BUTTON: frozenset(("type", "id", "style", "label", "emoji", "custom_id", "url", "disabled")),
    MENU: frozenset(("type", "id", "custom_id", "options", "placeholder", "min_values", "max_values", "disabled",
                     "required", "channel_types", "default_values")),
    SECTION: frozenset(("type", "id", "components", "accessory")),
    TEXT: frozenset(("type", "id", "content")),
    SEPARATOR: frozenset(("type", "id", "divider", "spacing")),
    CONTAINER: frozenset(("type", "id", "components", "accent_color", "spoiler")),
}  # fmt: skip


def check(problems: Problems, given: list[Json], v2: bool, path: str = "components") -> None:
    """Record everything that Discord would refuse in the components of a message."""
    problems.length(path, given, 40 if v2 else 5)
    seen: set[str] = set()
    for index, component in enumerate(given):
        here = f"{path}.{index}"
        if not isinstance(component, dict) or component.get("type") not in ((1, 9, 10, 14, 17) if v2 else (1,)):
            problems.add(f"{here}.type", "UNION_TYPE_CHOICES", "Not a component that may stand here.")
        else:
            _check_block(problems, component, here, seen)
    if v2 and sum(1 for _ in walk(given)) > 40:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer in length.")


def _check_block(problems: Problems, component: Json, path: str, seen: set[str]) -> None:
    kind = component["type"]
    problems.known(path, component, _FIELDS[kind])
    if kind == ROW:
        _check_row(problems, component, path, seen)
    elif kind == TEXT:
        problems.length(f"{path}.content", component.get("content"), 4000, 1)
    elif kind in (SECTION, CONTAINER):
        problems.length(f"{path}.components", component.get("components"), 3 if kind == SECTION else 40, 1)
        for index, inner in enumerate(component.get("components") or []):
            if inner.get("type") not in ((TEXT,) if kind == SECTION else (ROW, SECTION, TEXT, SEPARATOR)):
                problems.add(f"{path}.components.{index}.type", "UNION_TYPE_CHOICES", "May not stand here.")
            else:
                _check_block(problems, inner, f"{path}.components.{index}", seen)
    if kind == SECTION:
        _check_button(problems, component.get("accessory") or {}, f"{path}.accessory", seen)


def _check_row(problems: Problems, row: Json, path: str, seen: set[str]) -> None:
    inside = row.get("components")
    problems.length(f"{path}.components", inside, 5, 1)
    for index, component in enumerate(inside if isinstance(inside, list) else []):
        here = f"{path}.components.{index}"
        if component.get("type") == BUTTON:
            _check_button(problems, component, here, seen)
        elif component.get("type") in MENUS:
            if len(row["components"]) > 1:
                problems.add(here, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A menu takes a whole row.")
            _check_menu(problems, component, here, seen)
        else:
            problems.add(f"{here}.type", "UNION_TYPE_CHOICES", "Only buttons and menus stand in a row.")


def _check_button(problems: Problems, button: Json, path: str, seen: set[str]) -> None:
    problems.known(path, button, _FIELDS[BUTTON])
    if not (button.get("label") or "").strip() and not button.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji.")
    if button.get("label") is not None:
        problems.length(f"{path}.label", button["label"], 80)
    if button.get("style") == LINK:
        if button.get("custom_id") is not None:
            problems.add(
                path,
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        if not button.get("url"):
            problems.add(path, "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
        else:
            check_url(problems, f"{path}.url", button["url"], 512)
    elif button.get("style") in (1, 2, 3, 4):
        if button.get("url") is not None:
            problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Only link buttons have a url")
        _check_custom_id(problems, button, path, seen)
    else:
        problems.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5}.")


def _check_menu(problems: Problems, menu: Json, path: str, seen: set[str]) -> None:
    problems.known(path, menu, _FIELDS[MENU])
    _check_custom_id(problems, menu, path, seen)
    problems.length(f"{path}.placeholder", menu.get("placeholder") or "", 150)
    options = menu.get("options") if menu["type"] == MENU else None
    _check_bounds(problems, menu, path, options)
    if menu["type"] != MENU:
        return
    problems.length(f"{path}.options", options, 25, 1)
    values = set()
    for index, option in enumerate(options if isinstance(options, list) else []):
        here = f"{path}.options.{index}"
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            problems.length(f"{here}.{name}", option.get(name) or "", 100, least)
        if option.get("value") in values:
            problems.add(here, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
        values.add(option.get("value"))


def _check_bounds(problems: Problems, menu: Json, path: str, options: object) -> None:
    """Record an invalid number of choices of a menu. Source: Component Reference, "String Select Structure"."""
    least, most = menu.get("min_values"), menu.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    number = len(options) if isinstance(options, list) else 25
    if not isinstance(least, int) or not 0 <= least <= 25:
        problems.add(f"{path}.min_values", "NUMBER_TYPE_MAX", "int value should be between 0 and 25.")
    elif not isinstance(most, int) or not 1 <= most <= 25:
        problems.add(f"{path}.max_values", "NUMBER_TYPE_MAX", "int value should be between 1 and 25.")
    elif least > most:
        message = "Min values must be less than or equal to max values"
        problems.add(f"{path}.min_values", "SELECT_COMPONENT_MIN_VALUES_GREATER_THAN_MAX_VALUES", message)
    elif options is not None and max(least, most) > number:
        problems.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", f"Must be between {max(least, most)} and 25 in length.")


def _check_custom_id(problems: Problems, component: Json, path: str, seen: set[str]) -> None:
    custom_id = component.get("custom_id")
    if not custom_id:
        problems.required(f"{path}.custom_id")
        return
    problems.length(f"{path}.custom_id", custom_id, 100, 1)
    if custom_id in seen:
        message = "Component custom id cannot be duplicated"
        problems.add(f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    seen.add(custom_id)


def check_url(problems: Problems, path: str, url: object, most: int, schemes: tuple[str, ...] = SCHEMES) -> None:
    """Record what is wrong with an address. The codes and messages are Discord's."""
    parts = _parts(url)
    if parts is None or not isinstance(url, str):
        problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif parts.scheme not in schemes:
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {schemes}.'
        problems.add(path, "URL_TYPE_INVALID_SCHEME", message)
    else:
        problems.length(path, url, most, 1)


def _parts(url: object) -> SplitResult | None:
    """Return the address in parts, or None if it lacks a scheme or host or contains white space."""
    if not isinstance(url, str) or any(sign.isspace() for sign in url):
        return None
    try:
        parts = urlsplit(url)
        known = bool(parts.scheme and parts.netloc and (parts.hostname or parts.scheme == "discord"))
    except ValueError:
        return None
    return parts if known else None


def check_modal(problems: Problems, modal: Json) -> None:
    """Check a modal's title, and its text inputs in rows (the old form) or labels (the new one)."""
    problems.known("data", modal, frozenset(("custom_id", "title", "components")))
    problems.length("data.title", modal.get("title") or "", 45, 1)
    problems.length("data.custom_id", modal.get("custom_id") or "", 100, 1)
    problems.length("data.components", modal.get("components") or [], 5, 1)
    seen: set[str] = set()
    for path, label, field in modal_fields(modal):
        _check_custom_id(problems, field, path, seen)
        problems.length(f"{path}.label", label, 45, 1)
        if field.get("type") == TEXT_INPUT:
            _check_text_input(problems, field, path)


def _check_text_input(problems: Problems, field: Json, path: str) -> None:
    """Record what is wrong with a text input. Source: Component Reference, "Text Input Structure"."""
    problems.length(f"{path}.placeholder", field.get("placeholder") or "", 100)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if field.get("style") not in (1, 2):
        problems.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    if not 0 <= least <= 4000:
        problems.add(f"{path}.min_length", "NUMBER_TYPE_MAX", "int value should be between 0 and 4000.")
    elif not 1 <= most <= 4000:
        problems.add(f"{path}.max_length", "NUMBER_TYPE_MAX", "int value should be between 1 and 4000.")
    elif least > most:
        message = "Min length must be less than or equal to max length"
        problems.add(f"{path}.min_length", "TEXT_INPUT_COMPONENT_MIN_LENGTH_GREATER_THAN_MAX_LENGTH", message)
    elif field.get("value"):
        problems.length(f"{path}.value", field["value"], most, least)


def modal_fields(modal: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield path, label and input of each field of a modal."""
    for index, block in enumerate(modal.get("components") or []):
        path = f"data.components.{index}"
        if block.get("type") == ROW:
            for number, field in enumerate(block.get("components") or []):
                yield f"{path}.components.{number}", field.get("label") or "", field
        elif block.get("type") == LABEL:
            yield f"{path}.component", block.get("label") or "", block.get("component") or {}


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield every component, outer ones first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]


def shown(given: list[Json]) -> list[Json]:
    """Return the components as Discord does: numbered, with defaults filled in."""
    copies = [_copy(component) for component in given]
    taken = {component["id"] for component in walk(copies) if component.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for component in walk(copies):
        if not component.get("id"):
            component["id"] = next(free)
    return copies


def _copy(given: Json) -> Json:
    component = {name: value for name, value in given.items() if value is not None}
    if component["type"] in MENUS:
        component = {"min_values": 1, "max_values": 1} | component
        component.pop("required", None)
    if component["type"] == SEPARATOR:
        component = {"divider": True, "spacing": 1} | component
    if component["type"] == CONTAINER:
        component = {"accent_color": None, "spoiler": False} | component
    if "components" in component:
        component["components"] = [_copy(inner) for inner in component["components"]]
    if "accessory" in component:
        component["accessory"] = _copy(component["accessory"])
    if isinstance(component.get("emoji"), dict):
        component["emoji"] = {name: value for name, value in component["emoji"].items() if value is not None}
    return component
