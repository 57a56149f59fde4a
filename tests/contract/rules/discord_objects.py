"""Conditions on whole objects of Discord: messages, embeds, buttons, menus, modals, commands and interactions."""

from collections.abc import Iterable, Iterator
from typing import Any

Object = dict[str, Any]

LINK, PREMIUM = 5, 6  # styles of a button
BUTTON = 2  # type of a component
_IS_COMPONENTS_V2 = 1 << 15
_NEW = frozenset({9, 10, 11, 12, 13, 14, 17})  # section, text, thumbnail, gallery, file, separator, container
# What an answer to an interaction carries, by its type: 4 and 7 a message, 8 choices, 9 a modal, 5 and 6 nothing.
_NEED_DATA = frozenset({4, 7, 8, 9})
_SAYS = ("content", "embeds", "components", "attachments", "poll")


def button_does_one_thing(value: Object) -> Iterable[str]:
    """Links have a URL and no custom_id, other buttons the opposite; all but premium ones have something to read."""
    style, url, custom = value.get("style"), value.get("url"), value.get("custom_id")
    if style == LINK and (not url or custom):
        yield "a link button has a url and no custom_id"
    if style not in (LINK, PREMIUM) and (url or not custom):
        yield "a button that is no link has a custom_id and no url"
    if style != PREMIUM and not (value.get("label") or value.get("emoji")):
        yield "a button has a label or an emoji"


def row_is_one_menu_or_five_buttons(value: Object) -> Iterable[str]:
    kinds = [component.get("type") for component in value.get("components") or ()]
    if not kinds or len(kinds) > 5 or (len(kinds) > 1 and set(kinds) != {BUTTON}):
        yield f"a row holds one menu or 1 to 5 buttons, not components of types {kinds}"


def menu_offers_enough(value: Object) -> Iterable[str]:
    """Between `min_values` and `max_values` can be chosen, and each value is offered once."""
    options = value.get("options") or []
    least, most = value.get("min_values"), value.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if not least <= most <= len(options):
        yield f"{least} to {most} of {len(options)} options can be chosen"
    if len({option.get("value") for option in options}) < len(options):
        yield "two options have the same value"


def custom_ids_differ(value: Object) -> Iterable[str]:
    """At most 40 components in all, and no custom_id twice in one message or modal."""
    inside = list(_components(value.get("components")))
    ids = [component["custom_id"] for component in inside if component.get("custom_id")]
    if len(inside) > 40:
        yield f"{len(inside)} components, more than 40"
    if twice := sorted({ident for ident in ids if ids.count(ident) > 1}):
        yield f"custom_id {twice} is used twice"


def _components(some: Any) -> Iterator[Object]:
    for component in some or ():
        yield component
        yield from _components(component.get("components"))
        if component.get("component"):
            yield from _components([component["component"]])


def embeds_are_small(value: Object) -> Iterable[str]:
    """message#embed-limits: at most 6000 characters in all embeds of a message; an embed says something."""
    embeds = value.get("embeds") or []
    length = sum(len(text) for embed in embeds for text in _texts(embed))
    if length > 6000:
        yield f"{length} characters in all embeds, more than 6000"
    for embed in embeds:
        if not set(embed) - {"type", "flags", "color", "timestamp", "url"}:
            yield "an embed says and shows nothing"


def _texts(embed: Object) -> Iterator[str]:
    yield from (embed.get("title") or "", embed.get("description") or "")
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or ():
        yield from (field.get("name") or "", field.get("value") or "")


def new_components_stand_alone(value: Object) -> Iterable[str]:
    """components/reference: with the flag IS_COMPONENTS_V2 a message is its components; without it, it has none new."""
    new = any(component.get("type") in _NEW for component in _components(value.get("components")))
    if (value.get("flags") or 0) & _IS_COMPONENTS_V2:
        if given := [name for name in ("content", "embeds", "poll", "sticker_ids") if value.get(name)]:
            yield f"{given} does not go with the flag IS_COMPONENTS_V2"
    elif new and "flags" in value:
        yield "components of the new kind need the flag IS_COMPONENTS_V2"


def mentions_are_not_said_twice(value: Object) -> Iterable[str]:
    """message#allowed-mentions-object: a kind is in `parse`, or its ids are listed; not both."""
    for kind in ("users", "roles"):
        if kind in (value.get("parse") or ()) and value.get(kind):
            yield f"{kind!r} is in parse and listed as well"


def required_options_come_first(value: Object) -> Iterable[str]:
    optional = False
    for option in value.get("options") or ():
        if option.get("required") and optional:
            yield f"the required option {option.get('name')!r} comes after an optional one"
        optional = optional or not option.get("required")


def command_is_small(value: Object) -> Iterable[str]:
    """At most 8000 characters in names, descriptions and values; what one types with a slash says what it does."""
    if value.get("type", 1) in (1, None) and not value.get("description"):
        yield "'description' is missing, which slash commands need"
    length = _command_length(value)
    if length > 8000:
        yield f"{length} characters in the command, more than 8000"


def _command_length(value: Object) -> int:
    texts = [value.get("name"), value.get("description"), value.get("value")]
    parts = [*(value.get("options") or ()), *(value.get("choices") or ())]
    return sum(len(text) for text in texts if isinstance(text, str)) + sum(_command_length(part) for part in parts)


def with_what_its_type_needs(value: Object) -> Iterable[str]:
    """INTERACTION_CREATE: where it happened and who did it; the message that a component belongs to."""
    for name in ("data", "channel_id", "channel", "locale"):
        if name not in value:
            yield f"{name!r} is missing, which all interactions but pings have"
    if value.get("type") == 3 and "message" not in value:
        yield "'message' is missing, which components have"
    in_guild = "guild_id" in value
    for name in ("member", "guild", "guild_locale"):
        if (name in value) != in_guild:
            yield f"{name!r} and 'guild_id' go together"
    if ("user" in value) == in_guild:
        yield "'user' is given outside servers, and only there"
    known = {2: ("name",), 3: ("component_type",), 4: ("name",), 5: ("components",)}.get(value.get("type", 0), ())
    if missing := [name for name in known if name not in value.get("data", {})]:
        yield f"data of an interaction of type {value.get('type')} has {missing}"


def message_of_the_bot_itself_knows_its_interaction(value: Object) -> Iterable[str]:
    """A message that answers an interaction carries who caused it and whose application it is."""
    if "interaction_metadata" in value and "application_id" not in value:
        yield "'application_id' is missing, which answers to interactions have"
    if value.get("type") == 19 and "message_reference" not in value:
        yield "'message_reference' is missing, which replies have"


def answer_has_its_data(value: Object) -> Iterable[str]:
    if value.get("type") in _NEED_DATA and not value.get("data"):
        yield f"'data' is missing, which an answer of type {value.get('type')} needs"
    if value.get("type") == 4 and not any(value.get("data", {}).get(name) for name in _SAYS):
        yield f"a message has one of {', '.join(_SAYS)}"
