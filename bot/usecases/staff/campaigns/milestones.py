"""The milestones of a campaign in the making: whether each is announced, after a yes or at once, and in which words.

Buttons: `cd:<draft>:stage[:<milestone>[:<ask|at_once|never|fr|en|plain>]]`;
answers: `cd:<draft>:stage:<milestone>:<language>:<mark>`.
"""

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from bot.domain.campaign_input import FieldProblem
from bot.domain.people import Locale
from bot.domain.staff import Member
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.prompts import ask, clear
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.campaigns import draft as draft_of
from bot.usecases.staff.campaigns.draft import fields_of, milestone_as_typed, milestone_key
from content.cards import Tap, shorten
from content.catalog import LOCALES
from content.messages import campaigns_edit as words

VERB = "stage"
_MOST = 300  # characters, as the campaign's file has it
Announce = Literal["ask", "at_once", "never"]


async def act(ctx: Context, person: Member, draft: Draft, what: str) -> Reply:
    """A button. Raises drafts.Stale."""
    _, _, rest = what.partition(":")
    key, _, deed = rest.partition(":")
    one = _find(draft, key)
    if one is None:
        return _all(ctx, person, draft)
    if deed in LOCALES:
        return await _ask(ctx, person, draft, one, "en" if deed == "en" else "fr")
    if deed in get_args(Announce):
        draft = await _change(ctx, person, draft, key, {"announce": deed})
    elif deed == "plain":
        draft = await _change(ctx, person, draft, key, {"text": None})
    changed = _find(draft, key)
    assert changed is not None
    return _shown(ctx, person, draft, changed)


async def written(ctx: Context, person: Member, draft: Draft, what: str, text: str) -> Reply:
    """The charity's own words for one milestone in one language; the other one is asked for next."""
    _, key, language, mark = (*what.split(":"), "", "", "")[:4]
    locale: Locale = "en" if language == "en" else "fr"
    one = _find(draft, key)
    if one is None:
        await clear(ctx, person)
        return Reply(card=_all(ctx, person, draft).card)
    problem = _problem(_words(one, locale), mark, text.strip())
    if problem is None and (found := await staff_texts.foreign(ctx, [text])):
        problem = FieldProblem("foreign", {"what": shorten(found, 40)})
    if problem is not None:
        return await _ask(ctx, person, draft, one, locale, problem, text)
    await clear(ctx, person)
    own = {**(one.get("text") or {}), locale: text.strip()}
    try:
        draft = await _change(ctx, person, draft, key, {"text": own})
    except Stale:
        latest = await draft_of.find(ctx, draft.id) or draft
        return await _ask(ctx, person, latest, one, locale, FieldProblem("stale"), text)
    lacking = [other for other in LOCALES if not own.get(other)]
    if lacking:
        return await _ask(ctx, person, draft, {**one, "text": own}, lacking[0])
    return Reply(card=_shown(ctx, person, draft, {**one, "text": own}).card)


def _problem(present: str, mark: str, text: str) -> FieldProblem | None:
    if mark != draft_of.mark(present):
        return FieldProblem("stale")
    if not text:
        return FieldProblem("empty")
    return FieldProblem("long", {"by": len(text) - _MOST}) if len(text) > _MOST else None


def _words(one: Mapping[str, Any], language: Locale) -> str:
    return str((one.get("text") or {}).get(language, ""))


async def _change(ctx: Context, person: Member, draft: Draft, key: str, values: Mapping[str, Any]) -> Draft:
    """Change one of them, and leave the others as they are."""
    fields = fields_of(draft)
    changed = [{**one, **values} if milestone_key(one) == key else one for one in fields["milestones"]]
    bare = [{name: value for name, value in one.items() if value is not None} for one in changed]
    return await draft_of.save(ctx, person, draft, fields | {"milestones": bare})


def _find(draft: Draft, key: str) -> Mapping[str, Any] | None:
    found = (one for one in fields_of(draft).get("milestones") or () if milestone_key(one) == key)
    return next(found, None)


def _tap(draft: Draft, *parts: str) -> Tap:
    return Tap(action=":".join((f"cd:{draft.id}:{VERB}", *parts)))


def _view(draft: Draft, one: Mapping[str, Any]) -> words.MilestoneView:
    key = milestone_key(one)
    return words.MilestoneView(
        name=milestone_as_typed(one, fields_of(draft)),
        announce=cast(Announce, one.get("announce") or "ask"),
        texts=one.get("text") or {},
        see=_tap(draft, key),
        announced={way: _tap(draft, key, way) for way in get_args(Announce)},
        write={language: _tap(draft, key, language) for language in LOCALES},
        plain=_tap(draft, key, "plain"),
    )


def _all(ctx: Context, person: Member, draft: Draft) -> Reply:
    views = [_view(draft, one) for one in fields_of(draft).get("milestones") or ()]
    card = words.milestones(ctx.catalog, person.locale, views, Tap(action=f"cd:{draft.id}:rest"))
    return Reply(card=card, mode="edit")


def _shown(ctx: Context, person: Member, draft: Draft, one: Mapping[str, Any]) -> Reply:
    return Reply(card=words.milestone(ctx.catalog, person.locale, _view(draft, one), _tap(draft)), mode="edit")


async def _ask(
    ctx: Context,
    person: Member,
    draft: Draft,
    one: Mapping[str, Any],
    language: Locale,
    problem: FieldProblem | None = None,
    value: str | None = None,
) -> Reply:
    key = milestone_key(one)
    trouble = None if problem is None else words.DraftProblem(problem.kind, problem.facts)
    view, present = _view(draft, one), _words(one, language)
    card, label = words.ask_milestone(ctx.catalog, person.locale, view, language, trouble, _tap(draft, key))
    form = Form(
        answers=f"cd:{draft.id}:{VERB}:{key}:{language}:{draft_of.mark(present)}",
        title=label,
        label=label,
        value=present if value is None else value,
        long=True,
    )
    return await ask(ctx, person, Reply(card=card), form)
