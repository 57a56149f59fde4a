"""A campaign in the making: what has been typed lives in the draft's row. A published one is changed the same way."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.domain import campaign_input as typed
from bot.domain.campaign_input import FieldProblem
from bot.domain.campaigns import Campaign
from bot.domain.staff import Member
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from content.campaign import MOST_MILESTONES, Milestone, same_place
from content.campaign import Campaign as Authored
from payments.money import Money, UnknownCurrency, currency, minimum_charge

KIND = "campaign"
_CAP = 500_000  # minor units, until somebody sets another
_LISTS = ("gift_does", "milestones")
_IN_MINOR = ("goal_minor", "amounts", "gift_does", "milestones", "cap_minor", "minimum_minor")
Section = Literal["fr", "en", "money", "rest", "monthly"]
_NOTHING = frozenset({"aucune", "aucun", "rien", "none", "nothing", "no", "non"})  # takes away what may be missing
_WAYS = {"share": "s", "minor": "m", "missing": "l"}  # to say where a milestone lies


@dataclass(frozen=True, slots=True)
class Toggle:
    """Something that is on or off. `start`: how it is until somebody turns it."""

    name: str
    section: Section
    start: bool = False


TOGGLES: Mapping[str, Toggle] = {
    one.name: one
    for one in (
        Toggle("earmarked", "money"),
        Toggle("crisis", "rest"),
        Toggle("monthly", "monthly", start=True),
        Toggle("monthly_on_card", "monthly"),
    )
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. `path` leads to it in the campaign's file; `most`: characters, for texts."""

    name: str
    section: Section
    path: tuple[str, ...]
    needed: bool = True
    most: int = 0
    read: Callable[[str, Mapping[str, Any], datetime], Any] | None = None
    write: Callable[[Any, Mapping[str, Any]], str] = lambda value, _: str(value or "")


def _plain(minor: int, fields: Mapping[str, Any]) -> str:
    """An amount as it can be typed again."""
    exponent = currency(fields["currency"]).exponent
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}" if rest else str(whole)


def _code(text: str, fields: Mapping[str, Any], now: datetime) -> str | FieldProblem:
    try:
        return currency(text.strip().lower()).code
    except UnknownCurrency:
        return FieldProblem("unknown_currency", {"typed": text.strip()[:20]})


def _day(text: str, fields: Mapping[str, Any], now: datetime) -> str | FieldProblem | None:
    read = typed.last_day(text, now.astimezone(ZoneInfo(fields["zone"])).date())
    return read if read is None or isinstance(read, FieldProblem) else read.isoformat()


def milestone_as_typed(one: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Where a milestone lies, as it can be typed again."""
    if one.get("share") is not None:
        return f"{one['share']} %"
    if one.get("missing") is not None:
        return f"- {_plain(one['missing'], fields)}"
    return _plain(one["minor"], fields)


def milestone_key(one: Mapping[str, Any]) -> str:
    """A short name for a milestone by where it lies: it stays the same when others come and go."""
    way = next(way for way in _WAYS if one.get(way) is not None)
    return f"{_WAYS[way]}{one[way]}"


def _show_milestones(value: Any, fields: Mapping[str, Any]) -> str:
    return "; ".join(milestone_as_typed(one, fields) for one in value or ())


def _read_milestones(text: str, fields: Mapping[str, Any], now: datetime) -> Any:
    """Those that lie where one lay before keep its words and the way it is announced."""
    read = typed.milestones(text, fields["currency"], fields.get("goal_minor"))
    if isinstance(read, FieldProblem):
        return read
    if len(read) > MOST_MILESTONES:
        return FieldProblem("many_steps", {"count": len(read), "most": MOST_MILESTONES})
    if problem := _same_place(read, fields):
        return problem
    before = {milestone_key(one): one for one in fields.get("milestones") or ()}
    return [before.get(milestone_key(one), one) for one in read]


def _show_examples(value: Any, fields: Mapping[str, Any]) -> str:
    lines = (f"{_plain(d['minor'], fields)} = {d['what']['fr']} | {d['what']['en']}" for d in value or ())
    return "\n".join(lines)


def _texts(language: Section) -> tuple[Field, ...]:
    return (
        Field(f"name_{language}", language, ("name", language), most=80),
        Field(f"story_{language}", language, ("story", language), most=300),
        Field(f"short_{language}", language, ("if_short", language), most=300),
        Field(f"over_{language}", language, ("if_over", language), most=300),
        Field(f"next_{language}", language, ("next_step", language), needed=False, most=300),
    )


_MONEY: tuple[Field, ...] = (
    Field("currency", "money", ("currency",), read=_code),
    Field("goal", "money", ("goal_minor",), read=lambda t, f, _: typed.amount(t, f["currency"]),
          write=lambda v, f: _plain(v, f) if v else ""),
    Field("amounts", "money", ("amounts",), read=lambda t, f, _: typed.amounts(t, f["currency"]),
          write=lambda v, f: "; ".join(_plain(one, f) for one in v or ())),
    Field("does", "money", ("gift_does",), needed=False, most=1000,
          read=lambda t, f, _: typed.examples(t, f["currency"]), write=_show_examples),
    Field("cap", "money", ("cap_minor",), read=lambda t, f, _: typed.amount(t, f["currency"]),
          write=lambda v, f: _plain(v, f) if v else ""),
    Field("least", "money", ("minimum_minor",), needed=False, read=lambda t, f, _: typed.amount(t, f["currency"]),
          write=lambda v, f: _plain(v, f) if v else ""),
)  # fmt: skip
_REST: tuple[Field, ...] = (
    Field("ends", "rest", ("ends_on",), needed=False, read=_day),
    Field("steps", "rest", ("milestones",), needed=False, read=_read_milestones, write=_show_milestones),
)  # fmt: skip
FIELDS: Mapping[str, Field] = {f.name: f for f in (*_texts("fr"), *_texts("en"), *_MONEY, *_REST)}


def fields_of(draft: Draft) -> dict[str, Any]:
    """What has been typed, in the shape of a campaign's file."""
    return dict(draft.body["fields"])


def value_of(fields: Mapping[str, Any], field: Field) -> Any:
    """What stands in one field; None where nothing does."""
    found: Any = fields
    for step in field.path:
        found = (found or {}).get(step)
    return found


def as_typed(fields: Mapping[str, Any], field: Field) -> str:
    """What stands in one field, as it can be typed again."""
    return field.write(value_of(fields, field), fields)


def mark_of(fields: Mapping[str, Any], field: Field) -> str:
    """By what a form remembers what it began with, so that nobody writes over a colleague's words unawares."""
    return mark(value_of(fields, field))


def mark(value: Any) -> str:
    """The same for anything that the file can hold."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:8]


def read_field(field: Field, text: str, fields: Mapping[str, Any], now: datetime) -> Any:
    """What was typed for a field, as the file has it, or the Problem with it."""
    stripped = text.strip()
    if not field.needed and stripped.casefold() in _NOTHING:
        return [] if field.path[0] in _LISTS else None
    if field.most and len(stripped) > field.most:
        return FieldProblem("long", {"by": len(stripped) - field.most})
    if field.read is not None:
        return field.read(stripped, fields, now)
    if field.path[0] == "name" and "\n" in stripped:
        return FieldProblem("one_line")
    return stripped or FieldProblem("empty")


def with_value(fields: Mapping[str, Any], field: Field, value: Any) -> dict[str, Any]:
    """The fields with one of them set. Another currency takes away amounts that would mean something else in it."""
    changed = dict(fields)
    if len(field.path) == 2:
        changed[field.path[0]] = {**(changed.get(field.path[0]) or {}), field.path[1]: value}
    else:
        changed[field.path[0]] = value
    before = fields.get("currency")
    if field.name == "currency" and before and currency(before).exponent != currency(value).exponent:
        for name in _IN_MINOR:
            changed.pop(name, None)
    return changed


def missing(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that are needed and empty; a next step needs both languages or none."""
    lacking = [f.name for f in FIELDS.values() if f.needed and not value_of(fields, f)]
    after = fields.get("next_step") or {}
    if any(after.values()):
        lacking += [f"next_{language}" for language in ("fr", "en") if not after.get(language)]
    said = [one["text"] for one in fields.get("milestones") or () if one.get("text")]
    lacking += [f"words_{language}" for language in ("fr", "en") if any(not text.get(language) for text in said)]
    return tuple(lacking)


def toggled(fields: Mapping[str, Any], turn: Toggle) -> bool:
    """Whether something is on."""
    return bool(fields.get(turn.name, turn.start))


def _together(fields: Mapping[str, Any]) -> FieldProblem | None:
    """What fits by itself and not with another field, which may have been changed after it."""
    code = fields["currency"]
    least = Money(max(minimum_charge(code).minor, fields.get("minimum_minor") or 0), code)
    if min(fields["amounts"]) < least.minor:
        return FieldProblem("amount", {"typed": _plain(min(fields["amounts"]), fields), "least": least})
    if max(fields["amounts"]) > fields["cap_minor"]:
        return FieldProblem("above_cap")
    goal, steps = fields["goal_minor"], fields.get("milestones") or ()
    if beyond := next((one for one in steps if (one.get("missing") or 0) >= goal), None):
        return FieldProblem("missing", {"typed": milestone_as_typed(beyond, fields)})
    return _same_place(steps, fields)


def _same_place(steps: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> FieldProblem | None:
    goal = fields.get("goal_minor")
    same = same_place([Milestone.model_validate(one) for one in steps], goal) if goal else None
    return (
        None if same is None else FieldProblem("same_place", {"typed": milestone_as_typed(same.model_dump(), fields)})
    )


def build(fields: Mapping[str, Any], slug: str) -> Authored | FieldProblem:
    """The campaign, or what does not fit together."""
    problem = _together(fields)
    if problem is not None:
        return problem
    given = {name: value for name, value in fields.items() if name != "next_step" or any(value.values())}
    try:
        return Authored.model_validate_json(json.dumps({**given, "slug": slug}))
    except ValidationError as why:
        where = why.errors()[0]["loc"]
        return FieldProblem("fit", {"typed": str(where[0]) if where else why.errors()[0]["msg"][:80]})


async def find(ctx: Context, draft_id: int) -> Draft | None:
    """A campaign's draft; None where it was published or thrown away."""
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, draft_id)
    return draft if draft is not None and draft.kind == KIND else None


async def begin(ctx: Context, person: Member, campaign: Campaign | None = None) -> Draft:
    """A new one, or the one with which this campaign is being changed already."""
    if campaign is None:
        body: dict[str, Any] = {"slug": None, "fields": {"currency": "cad", "zone": ctx.zone, "cap_minor": _CAP}}
    else:
        fields = campaign.authored.model_dump(mode="json", exclude_none=True)
        fields.pop("slug")
        body = {"slug": campaign.slug, "fields": fields}
    draft = Draft(id=ctx.ids.new(), kind=KIND, body=body, changed_by=person.id)
    async with ctx.db.write() as conn:
        for other in await drafts.of_kind(conn, KIND):
            if campaign is not None and other.body["slug"] == campaign.slug:
                return other
        await drafts.add(conn, draft, ctx.clock())
    return draft


async def save(ctx: Context, person: Member, draft: Draft, fields: Mapping[str, Any], slug: str | None = None) -> Draft:
    """Write what was changed. Raises drafts.Stale where somebody else was faster."""
    body = {"slug": slug or draft.body["slug"], "fields": dict(fields)}
    async with ctx.db.write() as conn:
        saved = await drafts.save(conn, draft, body, person.id, ctx.clock())
        await log_action(ctx, conn, person, "campaign.drafted", draft=draft.id, campaign=body["slug"])
    return saved
