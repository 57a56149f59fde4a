"""Handlers for the milestones of a campaign draft: how each is announced, and its text.

Buttons: `cd:<draft>:stage[:<milestone>[:<ask|at_once|never|fr|en|plain>]]`;
prompts: `cd:<draft>:stage:<milestone>:<language>:<mark>`.
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
from content.messages import campaigns_edit as messages

VERB = "stage"
_MAX_TEXT = 300  # characters, as in the campaign's file
Announce = Literal["ask", "at_once", "never"]


async def act(ctx: Context, person: Member, draft: Draft, choice: str) -> Reply:
    """Handle a button. Raises drafts.Stale."""
    _, _, rest = choice.partition(":")
    key, _, verb = rest.partition(":")
    milestone = _find(draft, key)
    if milestone is None:
        return _all(ctx, person, draft)
    if verb in LOCALES:
        return await _ask(ctx, person, draft, milestone, "en" if verb == "en" else "fr")
    if verb in get_args(Announce):
        draft = await _change(ctx, person, draft, key, {"announce": verb})
    elif verb == "plain":
        draft = await _change(ctx, person, draft, key, {"text": None})
    changed = _find(draft, key)
    assert changed is not None
    return _shown(ctx, person, draft, changed)


async def written(ctx: Context, person: Member, draft: Draft, prompt: str, text: str) -> Reply:
    """Handle the text of a milestone in one language, and ask for the other language next."""
    _, key, language, mark = (*prompt.split(":"), "", "", "")[:4]
    locale: Locale = "en" if language == "en" else "fr"
    milestone = _find(draft, key)
    if milestone is None:
        await clear(ctx, person)
        return Reply(card=_all(ctx, person, draft).card)
    problem = _problem(_text(milestone, locale), mark, text.strip())
    if problem is None and (address := await staff_texts.foreign(ctx, [text])):
        problem = FieldProblem("foreign", {"what": shorten(address, 40)})
    if problem is not None:
        return await _ask(ctx, person, draft, milestone, locale, problem, text)
    await clear(ctx, person)
    own = {**(milestone.get("text") or {}), locale: text.strip()}
    try:
        draft = await _change(ctx, person, draft, key, {"text": own})
    except Stale:
        latest = await draft_of.find(ctx, draft.id) or draft
        return await _ask(ctx, person, latest, milestone, locale, FieldProblem("stale"), text)
    missing = [other for other in LOCALES if not own.get(other)]
    if missing:
        return await _ask(ctx, person, draft, {**milestone, "text": own}, missing[0])
    return Reply(card=_shown(ctx, person, draft, {**milestone, "text": own}).card)


def _problem(present: str, mark: str, text: str) -> FieldProblem | None:
    if mark != draft_of.mark(present):
        return FieldProblem("stale")
    if not text:
        return FieldProblem("empty")
    return FieldProblem("long", {"by": len(text) - _MAX_TEXT}) if len(text) > _MAX_TEXT else None


def _text(milestone: Mapping[str, Any], language: Locale) -> str:
    return str((milestone.get("text") or {}).get(language, ""))


async def _change(ctx: Context, person: Member, draft: Draft, key: str, values: Mapping[str, Any]) -> Draft:
    """Change one milestone and keep the others."""
    fields = fields_of(draft)
    changed = [
        {**milestone, **values} if milestone_key(milestone) == key else milestone for milestone in fields["milestones"]
    ]
    bare = [{name: value for name, value in milestone.items() if value is not None} for milestone in changed]
    return await draft_of.save(ctx, person, draft, fields | {"milestones": bare})


def _find(draft: Draft, key: str) -> Mapping[str, Any] | None:
    matching = (milestone for milestone in fields_of(draft).get("milestones") or () if milestone_key(milestone) == key)
    return next(matching, None)


def _tap(draft: Draft, *parts: str) -> Tap:
    return Tap(action=":".join((f"cd:{draft.id}:{VERB}", *parts)))


def _view(draft: Draft, milestone: Mapping[str, Any]) -> messages.MilestoneView:
    key = milestone_key(milestone)
    return messages.MilestoneView(
        name=milestone_as_typed(milestone, fields_of(draft)),
        announce=cast(Announce, milestone.get("announce") or "ask"),
        texts=milestone.get("text") or {},
        see=_tap(draft, key),
        announced={way: _tap(draft, key, way) for way in get_args(Announce)},
        write={language: _tap(draft, key, language) for language in LOCALES},
        plain=_tap(draft, key, "plain"),
    )


def _all(ctx: Context, person: Member, draft: Draft) -> Reply:
    views = [_view(draft, milestone) for milestone in fields_of(draft).get("milestones") or ()]
    card = messages.milestones(ctx.catalog, person.locale, views, Tap(action=f"cd:{draft.id}:rest"))
    return Reply(card=card, mode="edit")


def _shown(ctx: Context, person: Member, draft: Draft, milestone: Mapping[str, Any]) -> Reply:
    return Reply(card=messages.milestone(ctx.catalog, person.locale, _view(draft, milestone), _tap(draft)), mode="edit")


async def _ask(
    ctx: Context,
    person: Member,
    draft: Draft,
    milestone: Mapping[str, Any],
    language: Locale,
    problem: FieldProblem | None = None,
    value: str | None = None,
) -> Reply:
    key = milestone_key(milestone)
    trouble = None if problem is None else messages.DraftProblem(problem.kind, problem.facts)
    view, present = _view(draft, milestone), _text(milestone, language)
    card, label = messages.ask_milestone(ctx.catalog, person.locale, view, language, trouble, _tap(draft, key))
    form = Form(
        answers=f"cd:{draft.id}:{VERB}:{key}:{language}:{draft_of.mark(present)}",
        title=label,
        label=label,
        value=present if value is None else value,
        long=True,
    )
    return await ask(ctx, person, Reply(card=card), form)
