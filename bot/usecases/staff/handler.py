"""The shape of a staff handler: a row of the tables in routes.py."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.usecases.context import Context
from bot.usecases.reply import Reply

StaffAnswer = Callable[[Context, Contact, Member, str], Awaitable[Reply]]
OnText = Callable[[Context, Contact, Member, str, str], Awaitable[Reply]]  # what it answers, what was written
OnPicture = Callable[[Context, Contact, Member, str, bytes], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Handler:
    """A row of the staff's tables. `role`: the least that may use it."""

    role: Role
    run: StaffAnswer


@dataclass(frozen=True, slots=True)
class Answering:
    """What takes the text (and perhaps the picture) that a form or prompt has asked for."""

    role: Role
    text: OnText
    picture: OnPicture | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A button of the staff's home. `label`: a key of the catalog; `action`: what it does."""

    label: str
    action: str
    role: Role


Handlers = Mapping[str, Handler]
Answers = Mapping[str, Answering]
