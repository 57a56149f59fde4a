"""REST: responses to interactions: the first answer, then edits and follow-ups by the interaction's token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.sandbox.discord import bodies, components, shapes, writing
from bot.sandbox.discord.call import Answer, Call
from bot.sandbox.discord.errors import Problems, Refused, invalid, unknown
from bot.sandbox.discord.world import EPHEMERAL, LOADING, Interaction, Message, World
from bot.sandbox.kit import Json

FIRST_ANSWER = timedelta(seconds=3)
TOKEN_LIVES = timedelta(minutes=15)
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, LATER, LATER_EDIT, EDIT, CHOICES, FORM = 4, 5, 6, 7, 8, 9


def callback(world: World, call: Call) -> Answer:
    """Take the first answer. Raises Refused: late or unknown (10062), already answered (40060), or an invalid body."""
    it, body = world.interactions.get(call.number("interaction_id")), call.fields()
    if it is None or it.token != call.ids["token"] or _too_late(world, it):
        raise unknown("Interaction")
    if it.answered is not None:
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    answer = _ANSWERS.get(body.get("type", 0))
    if answer is None or body["type"] not in _ALLOWED[it.kind]:
        raise invalid("type", "BASE_TYPE_CHOICES", f"Not an answer to an interaction of type {it.kind}.")
    data = body.get("data") or {}
    if not isinstance(data, dict):
        raise invalid("data", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
    answer(world, it, data, call)
    it.answered = body["type"]
    if not it.first.done():
        it.first.set_result(None)
    if call.query.get("with_response", "").lower() not in ("true", "1"):
        return 204, None
    return 200, _receipt(world, it)


def _too_late(world: World, it: Interaction) -> bool:
    return it.expired or (it.answered is None and (it.given_up or world.now() - it.created > FIRST_ANSWER))


def _write(world: World, it: Interaction, data: Json, call: Call) -> None:
    _check(data, call, path="data")
    bodies.check_not_empty(data, call.files)
    it.original = _compose(world, it, data, call)


def _write_later(world: World, it: Interaction, data: Json, call: Call) -> None:
    private = bool((data.get("flags") or 0) & EPHEMERAL)
    it.original = writing.compose(world, it.channel, world.bot, {}, {}, it, private, later=True)
    it.written.add(it.original.id)


def _edit_later(world: World, it: Interaction, data: Json, call: Call) -> None:
    it.original = _source(it)


def _edit(world: World, it: Interaction, data: Json, call: Call) -> None:
    it.original = _source(it)
    _check(data, call, it.original, "data")
    bodies.check_not_empty(data, call.files, it.original)
    writing.revise(world, it.original, data, call.files)


def _source(it: Interaction) -> Message:
    """Return the message whose component was used, or None for a modal opened by a command."""
    if it.source is None:
        raise invalid("type", "BASE_TYPE_CHOICES", "There is no message to change.")
    return it.source


def _suggest(world: World, it: Interaction, data: Json, call: Call) -> None:
    problems, choices = Problems(), data.get("choices") or []
    problems.length("data.choices", choices, 25)
    for index, choice in enumerate(choices):
        problems.length(f"data.choices.{index}.name", choice.get("name") or "", 100, 1)
        if isinstance(choice.get("value"), str):
            problems.length(f"data.choices.{index}.value", choice["value"], 100, 1)
    problems.raise_if_any()
    it.choices = choices


def _ask(world: World, it: Interaction, data: Json, call: Call) -> None:
    problems = Problems()
    components.check_modal(problems, data)
    problems.raise_if_any()
    it.modal = data


_Answer = Callable[[World, Interaction, Json, Call], None]
_ANSWERS: dict[int, _Answer] = {
    MESSAGE: _write, LATER: _write_later, LATER_EDIT: _edit_later, EDIT: _edit, CHOICES: _suggest, FORM: _ask,
}  # fmt: skip
_ALLOWED = {
    COMMAND: (MESSAGE, LATER, FORM),
    COMPONENT: (MESSAGE, LATER, LATER_EDIT, EDIT, FORM),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (MESSAGE, LATER, LATER_EDIT, EDIT),
}


def _check(data: Json, call: Call, changed: Message | None = None, path: str = "") -> None:
    """Check the body of a new or changed message; mistakes are recorded under `path`."""
    kept, flags = (changed.files, changed.flags) if changed else ([], 0)
    try:
        bodies.check(data, call.files, bodies.ANSWER, kept, flags)
    except Refused as refused:
        raise Refused(400, 50035, refused.message, {path: refused.errors} if path else refused.errors) from None


def _compose(world: World, it: Interaction, data: Json, call: Call) -> Message:
    private = bool((data.get("flags") or 0) & EPHEMERAL)
    sent = writing.compose(world, it.channel, world.bot, data, call.files, it, private)
    it.written.add(sent.id)
    return sent


def _receipt(world: World, it: Interaction) -> Json:
    told: Json = {"id": str(it.id), "type": it.kind}
    if it.original is None:
        return {"interaction": told}
    told |= {
        "response_message_id": str(it.original.id),
        "response_message_loading": bool(it.original.flags & LOADING),
        "response_message_ephemeral": it.original.ephemeral_to is not None,
    }
    if it.answered in (LATER, LATER_EDIT):
        return {"interaction": told}
    return {"interaction": told, "resource": {"type": it.answered, "message": shapes.message(world, it.original)}}


# --- by the token, for 15 minutes ---------------------------------------------------------------
def follow_up(world: World, call: Call) -> Answer:
    """Send another message. The first one after a deferred answer replaces it."""
    it, body = _by_token(world, call), call.fields()
    _check(body, call)
    bodies.check_not_empty(body, call.files)
    if it.original and it.original.flags & LOADING:
        writing.revise(world, it.original, body, call.files)
        sent = it.original
    else:
        sent = _compose(world, it, body, call)
    if call.query.get("wait", "true").lower() in ("false", "0"):
        return 204, None
    return 200, shapes.message(world, sent)


def get(world: World, call: Call) -> Answer:
    return 200, shapes.message(world, _addressed(world, call))


def edit(world: World, call: Call) -> Answer:
    it = _addressed(world, call)
    _check(call.fields(), call, it)
    bodies.check_not_empty(call.fields(), call.files, it)
    writing.revise(world, it, call.fields(), call.files)
    return 200, shapes.message(world, it)


def delete(world: World, call: Call) -> Answer:
    writing.remove(world, _addressed(world, call))
    return 204, None


def _by_token(world: World, call: Call) -> Interaction:
    """Return the token's interaction. Raises Refused: unknown or unanswered (10015), or expired (50027)."""
    it = world.tokens.get(call.ids["token"])
    if it is None or call.number("webhook_id") != world.bot.id:
        raise unknown("Webhook")
    if it.expired or world.now() - it.created >= TOKEN_LIVES:
        raise Refused(401, 50027, "Invalid Webhook Token")
    if it.answered is None:
        raise unknown("Webhook")
    return it


def _addressed(world: World, call: Call) -> Message:
    """Return @original, or a message created with this token."""
    it = _by_token(world, call)
    if call.ids["message_id"] == "@original":
        found = it.original
    else:
        number = call.number("message_id")
        found = it.channel.messages.get(number) if number in it.written else None
    if found is None or found.id not in it.channel.messages:
        raise unknown("Message")
    return found
