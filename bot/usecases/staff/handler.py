"""Types of the tables in routes.py."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.people import Contact
from bot.domain.staff import Member, Right, Role
from bot.usecases.context import Context
from bot.usecases.reply import Reply

StaffAnswer = Callable[[Context, Contact, Member, str], Awaitable[Reply]]
OnText = Callable[[Context, Contact, Member, str, str], Awaitable[Reply]]  # the prompt that it answers, the text
OnPicture = Callable[[Context, Contact, Member, str, bytes], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Handler:
    """A staff command or button. `needs`: the lowest role, or the right, that may use it."""

    needs: Role | Right
    run: StaffAnswer


@dataclass(frozen=True, slots=True)
class Answering:
    """Handlers of the text, and optionally the picture, that a form or prompt asked for."""

    needs: Role | Right
    text: OnText
    picture: OnPicture | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A button of the staff menu. `label`: a key of the catalog."""

    label: str
    action: str
    needs: Role | Right


Handlers = Mapping[str, Handler]
Answers = Mapping[str, Answering]
